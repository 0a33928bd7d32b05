package libp2p.nat.autonat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.nat.address.Circuits;
import libp2p.nat.address.Publicness;

/** The connected peers that can be asked, and when each may be asked again. Not thread-safe. */
final class AutoNatServers {
    /** Machines whose verdicts together decide. */
    private static final int ENOUGH = 3;

    private final Host host;
    private final Publicness publicness;
    private final String protocol;
    private final Map<PeerId, Long> restUntil = new HashMap<>();

    AutoNatServers(Host host, Publicness publicness, String protocol) {
        this.host = host;
        this.publicness = publicness;
        this.protocol = protocol;
    }

    /**
     * Those that are connected without a relay, from public addresses, and said that they serve; by peer. Peers that
     * have connected to this host by their own choice are left out where it has chosen enough others itself.
     */
    SequencedMap<PeerId, Connection> present() {
        SequencedMap<PeerId, Connection> present = new LinkedHashMap<>();
        SequencedMap<PeerId, Connection> chosen = new LinkedHashMap<>();
        for (Connection connection : host.connections()) {
            PeerId peer = connection.remotePeer();
            if (!Circuits.isRelayed(connection)
                    && connection.isOpen()
                    && publicness.isPublic(connection.remoteAddress())
                    && host.peerstore().protocols(peer).contains(protocol)) {
                present.putIfAbsent(peer, connection);
                if (connection.direction() == Direction.OUTBOUND) {
                    chosen.putIfAbsent(peer, connection);
                }
            }
        }
        if (count(chosen) >= ENOUGH) {
            present = chosen;
        } else {
            present.putAll(chosen); // of two connections with a peer the one that this host has opened
        }
        restUntil.keySet().retainAll(present.keySet());
        return present;
    }

    /** The number of different machines among them. */
    static int count(SequencedMap<PeerId, Connection> present) {
        Set<Subnet> machines = new HashSet<>();
        for (Connection connection : present.values()) {
            InetAddress ip = connection.remoteAddress().ip();
            if (ip != null) {
                machines.add(Subnet.machine(ip));
            }
        }
        return machines.size();
    }

    /** Those that may be asked now. */
    List<Connection> ready(SequencedMap<PeerId, Connection> present, long now) {
        List<Connection> ready = new ArrayList<>();
        present.forEach((peer, connection) -> {
            if (restUntil.getOrDefault(peer, Long.MIN_VALUE) <= now) {
                ready.add(connection);
            }
        });
        return ready;
    }

    /**
     * When the next of those that rest may be asked; {@code Long.MAX_VALUE} if none rests, or only until it answers.
     */
    long nextReady(long now) {
        long next = Long.MAX_VALUE;
        for (long until : restUntil.values()) {
            if (until > now) {
                next = Math.min(next, until);
            }
        }
        return next;
    }

    /** Leaves a server alone until some time. */
    void rest(PeerId peer, long until) {
        restUntil.put(peer, until);
    }
}
