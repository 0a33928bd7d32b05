/**
 * For tests of protocols, transports and services: complete hosts in a simulated world, many seeds, and a common check
 * at the end of every scenario. To be used with test scope.
 */
@org.jspecify.annotations.NullMarked
module libp2p.testkit {
    requires static org.jspecify;
    requires transitive libp2p;
    requires transitive libp2p.contracts;
    requires transitive libp2p.simulator;
    requires libp2p.quic;
    requires libp2p.security;
    requires libp2p.transports.quic;
    requires org.assertj.core;
    requires transitive org.junit.jupiter.api;

    exports libp2p.testkit;
    exports libp2p.testkit.transport;
}
