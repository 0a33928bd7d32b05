package libp2p.swarm.upgrade;

import java.util.List;
import libp2p.core.muxer.Muxer;
import libp2p.core.security.SecurityRequest.Role;

/**
 * The muxers of a host, best first.
 *
 * @param offered by the initiator of a handshake, who makes the choice where there is one
 * @param accepted by the responder; may hold some that this host would not choose itself, for peers that have nothing
 *     better
 */
public record MuxerChoice(List<Muxer> offered, List<Muxer> accepted) {
    public MuxerChoice {
        offered = List.copyOf(offered);
        accepted = List.copyOf(accepted);
    }

    List<Muxer> of(Role role) {
        return role == Role.INITIATOR ? offered : accepted;
    }
}
