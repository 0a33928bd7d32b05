package libp2p.security.noise;

import static libp2p.contracts.security.Handshakes.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.contracts.security.HandshakeLink;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.RawConnection;
import libp2p.crypto.AeadSealer;
import libp2p.crypto.Crypto;
import libp2p.security.Identities;
import libp2p.security.Loop;
import libp2p.security.records.AbstractSecureConnection.Remote;
import libp2p.security.records.RecordBuffers;
import libp2p.security.records.RecordConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NoiseConnectionTest {
    private static final byte[] KEY = new byte[32];
    private static final byte[] NONE = new byte[0];

    private final RecordBuffers buffers = RecordBuffers.create();
    private final HandshakeLink link = new HandshakeLink();
    private final AeadSealer remote = Crypto.standard().chacha20Poly1305().sealer(KEY);
    private final RecordConnection connection = connection(link.b(), 0);

    private RecordConnection connection(RawConnection raw, long nonce) {
        TransportRecords records = new TransportRecords(
                Crypto.standard().chacha20Poly1305().sealer(KEY),
                Crypto.standard().chacha20Poly1305().opener(KEY),
                nonce);
        Remote peer = new Remote(Noise.PROTOCOL, Identities.alice().publicKey(), null);
        return new RecordConnection(raw, buffers, peer, records);
    }

    @AfterEach
    void everyBufferIsGivenBack() {
        connection.close();
        assertThat(buffers.outstanding()).isZero();
    }

    private void sendRecord(byte[] sealed) throws IOException {
        link.a()
                .write(ByteBuffer.allocate(2 + sealed.length)
                        .putShort((short) sealed.length)
                        .put(sealed)
                        .flip());
    }

    private static byte[] take(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @Test
    void emptyRecordsArePassedOver() throws Exception {
        sendRecord(remote.seal(0, NONE, NONE));
        sendRecord(remote.seal(1, NONE, new byte[] {5}));
        assertThat(take(connection.read())).containsExactly(5);
    }

    @Test
    void emptyRecordsWithoutEndEndTheConnection() throws Exception {
        for (int i = 0; i < 32; i++) {
            sendRecord(remote.seal(i, NONE, NONE));
        }
        sendRecord(remote.seal(32, NONE, new byte[] {5}));
        assertThat(take(connection.read())).containsExactly(5);
        for (int i = 33; i < 33 + 33; i++) {
            sendRecord(remote.seal(i, NONE, NONE));
        }
        assertThatThrownBy(connection::read)
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("more than the limit of 32 records without data");
    }

    @Test
    void aForgedRecordEndsTheConnectionForGood() throws Exception {
        byte[] genuine = remote.seal(0, NONE, new byte[] {1});
        byte[] forged = genuine.clone();
        forged[0] ^= 1;
        sendRecord(forged);
        sendRecord(genuine); // were the counter not moved and the connection alive, this one would be taken
        assertThatThrownBy(connection::read)
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("not authentic");
        assertThat(link.b().isClosed()).isTrue();
        assertThatThrownBy(connection::read)
                .isInstanceOf(ConnectionClosedException.class)
                .hasMessageContaining("not authentic");
        assertThatThrownBy(connection::plaintext).isInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void aRepeatedRecordIsRefused() throws Exception {
        byte[] first = remote.seal(0, NONE, new byte[] {1});
        sendRecord(first);
        sendRecord(first);
        assertThat(take(connection.read())).containsExactly(1);
        assertThatThrownBy(connection::read).isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void recordsInAnotherOrderAreRefused() throws Exception {
        byte[] first = remote.seal(0, NONE, new byte[] {1});
        byte[] second = remote.seal(1, NONE, new byte[] {2});
        sendRecord(second);
        sendRecord(first);
        assertThatThrownBy(connection::read).isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void aRecordShorterThanItsTagIsRefused() throws Exception {
        sendRecord(new byte[15]);
        assertThatThrownBy(connection::read)
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("15 bytes is shorter than its tag");
    }

    @Test
    void aRecordThatIsCutOffIsToldFromTheEndOfTheStream() throws Exception {
        byte[] sealed = remote.seal(0, NONE, new byte[1000]);
        link.a()
                .write(ByteBuffer.allocate(500)
                        .putShort((short) sealed.length)
                        .put(sealed, 0, 498)
                        .flip());
        link.a().shutdownOutput();
        assertThatThrownBy(connection::read)
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("500 of at least 1018 bytes");
    }

    @Test
    void aSingleByteOfANextRecordHoldsNoPooledBuffer() throws Exception {
        sendRecord(remote.seal(0, NONE, new byte[50_000]));
        link.a().write(ByteBuffer.wrap(new byte[] {0}));
        var reader = start(() -> {
            ByteBuffer read = connection.read();
            read.position(read.limit());
            return connection.read();
        });
        link.b().awaitReader();
        assertThat(buffers.outstanding()).isZero();
        connection.close();
        assertThatThrownBy(reader::get).hasCauseInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void smallRecordsAreTakenWithoutAPooledBuffer() throws Exception {
        sendRecord(remote.seal(0, NONE, new byte[46]));
        ByteBuffer read = connection.read();
        assertThat(read.remaining()).isEqualTo(46);
        assertThat(buffers.outstanding()).isZero();
    }

    @Test
    void theLongestRecordIsTaken() throws Exception {
        byte[] plaintext = new byte[65_519];
        plaintext[65_518] = 7;
        var reader = start(() -> take(connection.read()));
        sendRecord(remote.seal(0, NONE, plaintext));
        assertThat(reader.get()).isEqualTo(plaintext);
    }

    @Test
    void flushWithoutDataSendsNothing() throws Exception {
        connection.flush();
        connection.plaintext();
        connection.flush();
        assertThat(link.b().sent()).isZero();
    }

    @Test
    void smallWritesShareOneRecord() throws Exception {
        for (int i = 0; i < 100; i++) {
            connection.write(ByteBuffer.wrap(new byte[10]));
        }
        connection.flush();
        assertThat(link.b().sent()).isEqualTo(1000 + 18);
    }

    @Test
    void nothingIsSentUnderAnExhaustedKey() throws Exception {
        try (RecordConnection last = connection(link.b(), -2)) {
            last.plaintext().put((byte) 1);
            last.flush();
            last.plaintext().put((byte) 2);
            assertThatThrownBy(last::flush).isInstanceOf(IOException.class).hasMessageContaining("exhausted");
        }
    }

    @Test
    void nothingIsTakenUnderAnExhaustedKey() throws Exception {
        try (RecordConnection last = connection(link.b(), -2)) {
            sendRecord(remote.seal(-2, NONE, new byte[] {1}));
            assertThat(take(last.read())).containsExactly(1);
            sendRecord(new byte[17]);
            assertThatThrownBy(last::read)
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining("2^64-1 records");
        }
    }

    @Test
    void aConnectionThatFailsWhileABatchIsOpenGivesItBack() throws Exception {
        connection.plaintext().put((byte) 1);
        assertThat(buffers.outstanding()).isEqualTo(1);
        link.b().close();
        assertThatThrownBy(connection::flush).isInstanceOf(IOException.class);
        assertThat(buffers.outstanding()).isZero();
    }

    @Test
    void aWarmRecordPathAllocatesNothingPerRecord() throws Exception {
        try (RecordConnection loop = connection(new Loop(), 0)) {
            long perRecord =
                    Loop.allocatedPerRecord(4, 200, () -> Loop.transfer(4 * 65_519, loop::plaintext, loop::read));
            assertThat(perRecord)
                    .as("bytes allocated per record sent and received")
                    .isLessThanOrEqualTo(200);
        }
    }

    @Test
    void closingASessionWipesItsKeys() throws Exception {
        byte[][] keys = {{1, 2}, {3, 4}};
        NoiseSession session =
                new NoiseSession(Identities.alice().publicKey(), NoiseExtensions.NONE, new byte[32], keys);
        session.close();
        assertThat(keys).isDeepEqualTo(new byte[2][2]);
        assertThatThrownBy(session::sealer).isInstanceOf(IllegalStateException.class);
    }
}
