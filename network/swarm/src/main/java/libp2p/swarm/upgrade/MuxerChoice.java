package libp2p.swarm.upgrade;

import java.util.List;
import libp2p.core.muxer.Muxer;
import libp2p.core.security.SecurityRequest.Role;

/**
 * The muxers of a host, best first: those that it offers where it makes the choice, as initiator of a handshake, and
 * those that it accepts, of which it would not choose all itself. Their names are asked for at every connection.
 */
public final class MuxerChoice {
    private final List<Muxer> offered;
    private final List<Muxer> accepted;
    private final List<String> offeredIds;
    private final List<String> acceptedIds;

    public MuxerChoice(List<Muxer> offered, List<Muxer> accepted) {
        this.offered = List.copyOf(offered);
        this.accepted = List.copyOf(accepted);
        this.offeredIds = offered.stream().map(Muxer::protocol).toList();
        this.acceptedIds = accepted.stream().map(Muxer::protocol).toList();
    }

    List<Muxer> of(Role role) {
        return role == Role.INITIATOR ? offered : accepted;
    }

    /** The protocols of the muxers, in their order. */
    List<String> ids(Role role) {
        return role == Role.INITIATOR ? offeredIds : acceptedIds;
    }
}
