/** The implementation of the host: dialing, listening, upgrading, negotiating, limiting and remembering. */
@org.jspecify.annotations.NullMarked
module libp2p.swarm {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires jdk.management;

    exports libp2p.swarm;
    exports libp2p.swarm.breaker;
    exports libp2p.swarm.connmgr;
    exports libp2p.swarm.events;
    exports libp2p.swarm.gate;
    exports libp2p.swarm.limits;
    exports libp2p.swarm.memory;
    exports libp2p.swarm.negotiation;
    exports libp2p.swarm.peerstore;
    exports libp2p.swarm.resource;

    provides libp2p.core.limits.LimitRecords with
            libp2p.swarm.SwarmLimitRecords;
}
