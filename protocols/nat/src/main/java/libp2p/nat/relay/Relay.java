package libp2p.nat.relay;

import libp2p.core.host.ProtocolFamily;
import libp2p.core.resource.ServiceLimit;
import libp2p.nat.address.Publicness;

/**
 * Circuit relay v2 as families of protocols: {@code Libp2p.host().with(Relay.client())} reaches peers through relays,
 * {@code with(Relay.server())} is one. A host that does more about routers takes {@link libp2p.nat.Nat} instead, which
 * has both.
 */
public final class Relay {
    /** Streams of a peer beside those of its circuits, so that it renews its reservation whatever it carries. */
    private static final int REQUESTS = 4;

    private Relay() {}

    /** Dials and listens through relays. */
    public static ProtocolFamily client() {
        return client(new RelayClient(RelayLimits.DEFAULT.client()));
    }

    /** As {@link #client()}, with a client that its owner asks for reservations. */
    public static ProtocolFamily client(RelayClient client) {
        return assembly -> assembly.service(client).transport(client.transport());
    }

    /** Serves all peers, within the default limits. */
    public static ProtocolFamily server() {
        return server(RelayLimits.DEFAULT);
    }

    /** Serves all peers. */
    public static ProtocolFamily server(RelayLimits limits) {
        return server(new RelayServer(limits, RelayPolicy.ALLOW_ALL, Publicness.STRICT), limits);
    }

    /** Serves as its owner wishes. */
    public static ProtocolFamily server(RelayServer server, RelayLimits limits) {
        int circuits = limits.circuits().count();
        long memory = Math.multiplyExact(4L * limits.circuits().buffer(), circuits);
        int streams = circuits + limits.reservations().count() + RelayServer.AWAITED;
        return assembly -> assembly.service(server)
                .serviceLimits(
                        RelayServer.SERVICE,
                        ServiceLimit.of(streams, memory),
                        ServiceLimit.of(
                                2 * limits.circuits().perPeer() + REQUESTS,
                                8L
                                        * limits.circuits().buffer()
                                        * limits.circuits().perPeer()));
    }
}
