package libp2p.security.plaintext;

import static libp2p.contracts.security.Handshakes.request;
import static libp2p.contracts.security.Handshakes.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import libp2p.contracts.Harness;
import libp2p.contracts.security.HandshakeLink;
import libp2p.contracts.security.Handshakes;
import libp2p.contracts.security.SecureChannelContract;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.identity.Identity;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.security.Identities;
import libp2p.security.SecurityLimits;
import libp2p.security.records.RecordBuffers;
import org.junit.jupiter.api.Test;

@Harness("plaintext")
class PlaintextTest extends SecureChannelContract {
    private final RecordBuffers buffers = RecordBuffers.create();

    @Override
    protected long heldBytes() {
        return buffers.outstandingBytes();
    }

    @Override
    protected SecurityProtocol channel(Identity identity) {
        return new Plaintext(identity, SecurityLimits.DEFAULT, buffers);
    }

    /** The channel's answer to the bytes of a remote. */
    private Throwable answerTo(byte[] bytes) throws Exception {
        HandshakeLink link = new HandshakeLink();
        link.a().write(ByteBuffer.wrap(bytes));
        link.a().shutdownOutput();
        return Handshakes.failure(start(
                () -> channel(Identities.alice()).secure(link.b(), request(Role.RESPONDER, null))));
    }

    @Test
    void anIdThatIsNotThatOfTheKeyIsRefused() throws Exception {
        byte[] exchange = new ProtobufWriter()
                .bytes(1, Identities.alice().peerId().toBytes())
                .bytes(2, Identities.bob().publicKey().toProtobuf())
                .toByteArray();
        assertThat(answerTo(Delimited.frame(exchange)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("not that of its key");
    }

    @Test
    void incompleteExchangesAreRefused() throws Exception {
        byte[] id = Identities.bob().peerId().toBytes();
        assertThat(answerTo(Delimited.frame(new byte[0]))).hasMessageContaining("without id");
        assertThat(answerTo(Delimited.frame(new ProtobufWriter().bytes(1, id).toByteArray())))
                .hasMessageContaining("without pubkey");
    }

    @Test
    void anOversizedExchangeIsRefusedByItsLength() throws Exception {
        assertThat(answerTo(new byte[] {(byte) 0x81, 0x40}))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("8193 bytes, more than the limit of 8192");
    }

    @Test
    void mutatedExchangesNeverDoWorseThanAnIoException() {
        byte[] valid = new Exchange(SecurityLimits.DEFAULT)
                .encode(Identities.of("rsa2048").publicKey());
        Random random = new Random(77);
        for (int i = 0; i < 20_000; i++) {
            byte[] mutant = Arrays.copyOf(valid, random.nextInt(8) == 0 ? random.nextInt(valid.length) : valid.length);
            for (int changes = random.nextInt(4); changes >= 0 && mutant.length > 0; changes--) {
                mutant[random.nextInt(Math.min(60, mutant.length))] = (byte) random.nextInt();
            }
            if (Arrays.equals(mutant, valid)) {
                continue;
            }
            assertThatThrownBy(() -> new Exchange(SecurityLimits.DEFAULT).decode(mutant))
                    .isInstanceOf(IOException.class);
        }
    }
}
