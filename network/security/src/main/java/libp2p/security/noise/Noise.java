package libp2p.security.noise;

import java.io.IOException;
import java.util.List;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.security.SecurityRequest;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.security.SecurityLimits;
import libp2p.security.records.AbstractSecureConnection.Remote;
import libp2p.security.records.RecordBuffers;
import libp2p.security.records.RecordConnection;
import org.jspecify.annotations.Nullable;

/**
 * The secure channel {@code /noise} (libp2p specification, noise): {@code Noise_XX_25519_ChaChaPoly_SHA256} with the
 * identities of both peers inside, and early negotiation of the stream muxer (connections, inlined-muxer-negotiation).
 *
 * <p>The static key is made once per instance and its signature with it. Thread-safe.
 */
public final class Noise implements SecurityProtocol {
    /** The protocol id. */
    public static final String PROTOCOL = "/noise";

    private final NoiseKeys keys;
    private final SecurityLimits limits;
    private final RecordBuffers buffers;

    /** @param keys of the host's identity */
    public Noise(NoiseKeys keys, SecurityLimits limits) {
        this(keys, limits, RecordBuffers.shared());
    }

    Noise(NoiseKeys keys, SecurityLimits limits, RecordBuffers buffers) {
        this.keys = keys;
        this.limits = limits;
        this.buffers = buffers;
    }

    /** With a fresh static key and the usual limits. */
    public static Noise create(Identity identity, Environment environment) {
        return new Noise(NoiseKeys.create(identity, environment), SecurityLimits.DEFAULT);
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public Noise withIdentity(Identity identity, Environment environment) {
        return new Noise(NoiseKeys.create(identity, environment), limits, buffers);
    }

    @Override
    public SecureConnection secure(RawConnection raw, SecurityRequest request) throws IOException {
        boolean done = false;
        NoiseHandshake.Settings settings = NoiseHandshake.Settings.of(request.role(), request.expectedPeer())
                .withExtensions(NoiseExtensions.ofMuxers(request.muxers()));
        try (NoiseSession session =
                HandshakeStream.of(raw).run(new NoiseHandshake(keys, settings, limits, request.environment()))) {
            String muxer = commonMuxer(request, session.remoteExtensions().streamMuxers());
            Remote remote = new Remote(PROTOCOL, session.remoteKey(), muxer);
            SecureConnection connection = new RecordConnection(
                    raw, buffers, remote, new TransportRecords(session.sealer(), session.opener()));
            done = true;
            return connection;
        } finally {
            if (!done) {
                raw.close();
            }
        }
    }

    /** The initiator's first muxer that both have; null if one side does not take part. */
    private static @Nullable String commonMuxer(SecurityRequest request, List<String> theirs)
            throws NegotiationException {
        List<String> mine = request.muxers();
        if (mine.isEmpty() || theirs.isEmpty()) {
            return null;
        }
        boolean initiator = request.role() == Role.INITIATOR;
        List<String> preferred = initiator ? mine : theirs;
        List<String> other = initiator ? theirs : mine;
        for (String muxer : preferred) {
            if (other.contains(muxer)) {
                return muxer;
            }
        }
        throw new NegotiationException("no stream muxer in common with the remote peer", mine);
    }
}
