package libp2p.secio;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.security.SecurityRequest;
import libp2p.security.records.AbstractSecureConnection.Remote;
import libp2p.security.records.RecordBuffers;
import libp2p.security.records.RecordConnection;

/**
 * The legacy secure channel {@code /secio/1.0.0} (libp2p specification, secio), for peers that have neither Noise nor TLS
 * 1.3. It offers one suite: P-256, AES-128 and SHA256. Each handshake logs a warning. Thread-safe.
 *
 * <p>Its weaknesses, for which the other implementations have removed it:
 *
 * <ul>
 *   <li>The code of a record covers no counter: who is on the way can drop, repeat and reorder records, and the other
 *       side takes the wrong bytes for authentic ones.
 *   <li>The end of a stream is not authentic: who is on the way can cut a connection where it likes.
 *   <li>Both identities are visible to who is on the way, before the other side has proved anything.
 *   <li>The cipher suite is chosen from lists that carry no signature when they are read.
 *   <li>It has never had a proof of security, nor an outside review.
 * </ul>
 */
public final class Secio implements SecurityProtocol {
    /** The protocol id. */
    public static final String PROTOCOL = "/secio/1.0.0";

    private static final System.Logger LOG = System.getLogger(Secio.class.getName());

    private final Identity identity;
    private final RecordBuffers buffers;

    Secio(Identity identity, RecordBuffers buffers) {
        this.identity = identity;
        this.buffers = buffers;
    }

    /** @param identity signs handshakes and is shown to each peer */
    public static Secio create(Identity identity) {
        return new Secio(identity, RecordBuffers.shared());
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public Secio withIdentity(Identity identity, Environment environment) {
        return new Secio(identity, buffers);
    }

    @Override
    public SecureConnection secure(RawConnection raw, SecurityRequest request) throws IOException {
        LOG.log(
                System.Logger.Level.WARNING,
                "a connection with {0} is secured by the legacy protocol {1}, which does not notice dropped, repeated and "
                        + "reordered records",
                raw.remoteAddress(),
                PROTOCOL);
        boolean done = false;
        try {
            byte[] nonce = new byte[Proposal.NONCE];
            request.environment().secureRandom(nonce);
            SecureConnection connection = connect(raw, request, nonce);
            done = true;
            return connection;
        } finally {
            if (!done) {
                raw.close();
            }
        }
    }

    private SecureConnection connect(RawConnection raw, SecurityRequest request, byte[] nonce) throws IOException {
        Messages messages = new Messages(raw);
        Proposal mine = Proposal.of(nonce, identity.publicKey());
        messages.write(mine.encoded());
        Proposal theirs = Proposal.decode(messages.read());
        PublicKey remoteKey = theirs.key();
        PeerId expected = request.expectedPeer();
        if (expected != null && !expected.equals(remoteKey.peerId())) {
            throw new PeerMismatchException(expected, remoteKey.peerId());
        }
        KeyAgreement agreement = new KeyAgreement(identity, mine, theirs, request.environment());
        messages.write(agreement.exchange());
        SecioRecords records = agreement.finish(messages.read());
        RecordConnection connection =
                new RecordConnection(raw, buffers, new Remote(PROTOCOL, remoteKey, null), records);
        boolean done = false;
        try {
            proveKeys(connection, nonce, theirs.nonce());
            done = true;
            return connection;
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    /** Each side sends the nonce of the other one in the first record. */
    private static void proveKeys(SecureConnection connection, byte[] mine, byte[] theirs) throws IOException {
        connection.write(ByteBuffer.wrap(theirs));
        connection.flush();
        ByteBuffer record = connection.read();
        if (record == null) {
            throw new EOFException("the connection ends before the last message of the SECIO handshake");
        }
        byte[] proof = new byte[Math.min(record.remaining(), mine.length + 1)];
        record.get(proof);
        if (!Arrays.equals(proof, mine)) {
            throw new ProtocolViolationException(PROTOCOL, "the first record is not the nonce of this side");
        }
    }
}
