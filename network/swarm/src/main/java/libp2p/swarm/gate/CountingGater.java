package libp2p.swarm.gate;

import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;
import libp2p.core.connection.Connection;
import libp2p.core.host.ConnectionGater;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Counts what another gater refuses, and makes a refusal of an exception that it throws. Thread-safe. */
public final class CountingGater implements ConnectionGater {
    /** The moments at which a gater is asked. */
    public enum Hook {
        /** Before a peer is dialed. */
        PEER_DIAL,
        /** Before one of its addresses is dialed. */
        ADDR_DIAL,
        /** When a connection is accepted, before its handshake. */
        ACCEPT,
        /** When the remote has proved its identity. */
        SECURED,
        /** When security and muxer are agreed on. */
        UPGRADED
    }

    private static final System.Logger LOG = System.getLogger(CountingGater.class.getName());

    private final ConnectionGater gater;
    private final AtomicLongArray asked = new AtomicLongArray(Hook.values().length);
    private final AtomicLongArray refused = new AtomicLongArray(Hook.values().length);

    /** Counts the refusals of this gater. */
    public CountingGater(ConnectionGater gater) {
        this.gater = gater;
    }

    /** Number of times that each hook was asked. */
    public Map<Hook, Long> asked() {
        return counts(asked);
    }

    /** Number of times that each hook refused. */
    public Map<Hook, Long> refused() {
        return counts(refused);
    }

    private static Map<Hook, Long> counts(AtomicLongArray counters) {
        Map<Hook, Long> counts = new EnumMap<>(Hook.class);
        for (Hook hook : Hook.values()) {
            counts.put(hook, counters.get(hook.ordinal()));
        }
        return counts;
    }

    private boolean ask(Hook hook, BooleanSupplier question) {
        asked.incrementAndGet(hook.ordinal());
        boolean allowed = false;
        try {
            allowed = question.getAsBoolean();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the connection gater failed at " + hook + ", which refuses", e);
        }
        if (!allowed) {
            refused.incrementAndGet(hook.ordinal());
        }
        return allowed;
    }

    @Override
    public boolean interceptPeerDial(PeerId peer) {
        return ask(Hook.PEER_DIAL, () -> gater.interceptPeerDial(peer));
    }

    @Override
    public boolean interceptAddrDial(@Nullable PeerId peer, Multiaddr address) {
        return ask(Hook.ADDR_DIAL, () -> gater.interceptAddrDial(peer, address));
    }

    @Override
    public boolean interceptAccept(Multiaddr local, Multiaddr remote) {
        return ask(Hook.ACCEPT, () -> gater.interceptAccept(local, remote));
    }

    @Override
    public boolean interceptSecured(Direction direction, PeerId peer, Multiaddr remote) {
        return ask(Hook.SECURED, () -> gater.interceptSecured(direction, peer, remote));
    }

    @Override
    public boolean interceptUpgraded(Connection connection) {
        return ask(Hook.UPGRADED, () -> gater.interceptUpgraded(connection));
    }
}
