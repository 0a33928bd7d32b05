package libp2p.security.plaintext;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.buffer.BulkInput;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.messaging.MessageReader;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.security.SecurityRequest;
import libp2p.security.SecurityLimits;
import libp2p.security.records.AbstractSecureConnection.Remote;
import libp2p.security.records.RecordBuffers;

/**
 * The insecure channel {@code /plaintext/2.0.0} (libp2p specification, plaintext): peers say who they are and prove
 * nothing, and any host on the way can read and change what they send. For tests and simulations only. Thread-safe.
 *
 * <p>The handshake is the same in both roles, so two hosts that dial each other from their listening ports at the same
 * moment (simultaneous open of TCP) do not notice here that their dials have crossed; the muxer then closes the
 * connection, and the next dial works.
 */
public final class Plaintext implements SecurityProtocol {
    /** The protocol id. */
    public static final String PROTOCOL = "/plaintext/2.0.0";

    private final Exchange codec;
    private final byte[] exchange;
    private final SecurityLimits limits;
    private final RecordBuffers buffers;

    /** @param identity told to peers without proof */
    public Plaintext(Identity identity, SecurityLimits limits) {
        this(identity, limits, RecordBuffers.shared());
    }

    Plaintext(Identity identity, SecurityLimits limits, RecordBuffers buffers) {
        codec = new Exchange(limits);
        exchange = codec.frame(identity.publicKey());
        this.limits = limits;
        this.buffers = buffers;
    }

    /** With the usual limits. */
    public static Plaintext create(Identity identity) {
        return new Plaintext(identity, SecurityLimits.DEFAULT);
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public Plaintext withIdentity(Identity identity, Environment environment) {
        return new Plaintext(identity, limits, buffers);
    }

    @Override
    public SecureConnection secure(RawConnection raw, SecurityRequest request) throws IOException {
        boolean done = false;
        try {
            raw.write(ByteBuffer.wrap(exchange));
            PublicKey key = new MessageReader<>(PROTOCOL, new ByteReader(raw), codec, limits.exchangeBytes()).read();
            PeerId expected = request.expectedPeer();
            if (expected != null && !expected.equals(key.peerId())) {
                throw new PeerMismatchException(expected, key.peerId());
            }
            SecureConnection connection = new PlaintextConnection(raw, buffers, new Remote(PROTOCOL, key, null));
            done = true;
            return connection;
        } finally {
            if (!done) {
                raw.close();
            }
        }
    }

    /** Reads no byte more than it is asked for. */
    private static final class ByteReader extends BulkInput {
        private final RawConnection raw;

        ByteReader(RawConnection raw) {
            this.raw = raw;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return length == 0 ? 0 : raw.read(ByteBuffer.wrap(target, offset, length));
        }
    }
}
