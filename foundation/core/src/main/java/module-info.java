/**
 * Identity, records and the contracts that every other module is written against. Nothing in here talks to the network.
 */
@org.jspecify.annotations.NullMarked
module libp2p.core {
    requires static org.jspecify;
    requires transitive libp2p.multiformats;
    requires transitive libp2p.crypto;
    requires jdk.jfr;

    exports libp2p.core.buffer;
    exports libp2p.core.concurrent;
    exports libp2p.core.connection;
    exports libp2p.core.datastore;
    exports libp2p.core.environment;
    exports libp2p.core.event;
    exports libp2p.core.failure;
    exports libp2p.core.host;
    exports libp2p.core.identity;
    exports libp2p.core.limits;
    exports libp2p.core.messaging;
    exports libp2p.core.metrics;
    exports libp2p.core.muxer;
    exports libp2p.core.peer;
    exports libp2p.core.protobuf;
    exports libp2p.core.record;
    exports libp2p.core.resource;
    exports libp2p.core.routing;
    exports libp2p.core.security;
    exports libp2p.core.transport;

    uses libp2p.core.limits.LimitRecords;
}
