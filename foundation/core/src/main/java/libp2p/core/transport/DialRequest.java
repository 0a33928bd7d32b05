package libp2p.core.transport;

import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.security.SecurityRequest.Role;
import org.jspecify.annotations.Nullable;

/**
 * The swarm's request to a transport.
 *
 * @param expectedPeer the identity that the remote must prove, or null for any
 * @param deadline for everything until streams can be opened
 * @param role security role, apart from who dials: in hole punching both dial and one responds
 * @param purpose why the connection is made
 * @param freshPort leave from a port that this host does not listen on, after a {@link CrossedDialException}
 * @param scope the resource scope of the connection; the transport's connection takes it over
 * @param progress told what has been reached; must not block
 */
public record DialRequest(
        @Nullable PeerId expectedPeer,
        Deadline deadline,
        Role role,
        Purpose purpose,
        boolean freshPort,
        ConnectionScope scope,
        Progress progress) {
    /** Why a connection is made. */
    public enum Purpose {
        /** A dial as the application or a service wants it. */
        NORMAL,
        /** Both peers dial at the same time (DCUtR). */
        HOLE_PUNCH
    }

    /** Hears how far a dial has come, so that the ranking can hold back later dials. */
    @FunctionalInterface
    public interface Progress {
        /** Hears nothing. */
        Progress NONE = () -> {};

        /** The transport is connected (for TCP: the three-way handshake is done), the upgrade begins. */
        void transportConnected();
    }
}
