package libp2p.nat.address;

import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/** Addresses that lead through a relay: {@code /…/p2p/RELAY/p2p-circuit}, perhaps followed by {@code /p2p/TARGET}. */
public final class Circuits {
    /** The address that stands for every relay at which a host has a reservation. */
    public static final Multiaddr ANY = Multiaddr.parse("/p2p-circuit");

    private Circuits() {}

    /** Whether the address leads through a relay. */
    public static boolean isCircuit(Multiaddr address) {
        return address.has(Protocol.P2P_CIRCUIT);
    }

    /** Whether a connection leads through a relay, limited or not. */
    public static boolean isRelayed(Connection connection) {
        return isCircuit(connection.remoteAddress()) || connection.isLimited();
    }

    /** Whether the address names exactly one relay and ends with the circuit, apart from the target. */
    public static boolean isDialable(Multiaddr address) {
        return relay(address) != null;
    }

    /** The relay of a circuit address; null if the address names none, or leads through two. */
    public static @Nullable PeerAddress relay(Multiaddr address) {
        List<Component> parts = address.withoutPeer().components();
        int last = parts.size() - 1;
        boolean form = last >= 1
                && parts.get(last).protocol() == Protocol.P2P_CIRCUIT
                && parts.get(last - 1).protocol() == Protocol.P2P
                && parts.stream()
                                .filter(part -> part.protocol() == Protocol.P2P_CIRCUIT)
                                .count()
                        == 1;
        if (!form) {
            return null;
        }
        Multiaddr relay = address.decapsulate(Protocol.P2P_CIRCUIT);
        byte[] id = relay.peerId();
        if (id == null) {
            return null;
        }
        Multiaddr at = relay.withoutPeer();
        return PeerAddress.of(PeerId.fromBytes(id), at.isEmpty() ? List.of() : List.of(at));
    }

    /** The circuit through a relay at an address, which may or may not name the relay already; without a target. */
    public static Multiaddr through(Multiaddr address, PeerId relay) {
        return address.withPeer(relay.toBytes()).with(Protocol.P2P_CIRCUIT);
    }
}
