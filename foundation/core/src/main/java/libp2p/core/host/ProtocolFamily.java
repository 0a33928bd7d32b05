package libp2p.core.host;

import java.util.List;

/**
 * A family of protocols as one value, such as Kademlia or GossipSub: everything that it adds to a host. The builder of
 * a host takes families ({@code Libp2p.host().with(Kad.server())}); the jar of a third party may register families for
 * {@link java.util.ServiceLoader}, and can do all that the built-in families can.
 */
@FunctionalInterface
public interface ProtocolFamily {
    /**
     * Adds the parts of the family to a host that is being put together. Called once for each host, on the thread that
     * starts the host, before any part is started; a family that serves several hosts adds new parts each time.
     *
     * @throws IllegalArgumentException if the family cannot be part of this host; it says why
     */
    void contribute(HostAssembly assembly);

    /**
     * The options that the family brings to command lines. Their values reach {@link #contribute} by {@link
     * HostAssembly#option}.
     */
    default List<FamilyOption> options() {
        return List.of();
    }

    /** The commands that the family brings to programs with commands. */
    default List<FamilyCommand> commands() {
        return List.of();
    }
}
