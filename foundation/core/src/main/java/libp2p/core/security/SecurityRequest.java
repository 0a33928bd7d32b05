package libp2p.core.security;

import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of one security handshake.
 *
 * @param environment randomness for ephemeral keys
 * @param role initiator or responder, which is not always who dialed
 * @param expectedPeer the identity that the remote must prove, or null for any
 * @param muxers protocol ids of the stream muxers for early negotiation, best first; empty for none
 */
public record SecurityRequest(
        Environment environment, Role role, @Nullable PeerId expectedPeer, List<String> muxers) {
    /** The two parts of a handshake. */
    public enum Role {
        /** The side that speaks first. */
        INITIATOR,
        /** The side that answers. */
        RESPONDER
    }

    public SecurityRequest {
        muxers = List.copyOf(muxers);
    }
}
