/** The program {@code p2p}. */
@org.jspecify.annotations.NullMarked
module libp2p.node {
    requires static org.jspecify;
    requires libp2p;
    requires libp2p.auth;
    requires libp2p.autotls;
    requires libp2p.pubsub;
    requires libp2p.simulator;
    requires libp2p.crypto;
    requires libp2p.nat;
    requires libp2p.discovery;
    requires libp2p.ipns;
    requires libp2p.kad;
    requires libp2p.security;
    requires libp2p.storage;
    requires libp2p.swarm;
    requires libp2p.transports.quic;
    requires libp2p.metrics;
    requires micrometer.registry.prometheus;
    requires info.picocli;
    requires java.management;
    requires jdk.management;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires org.slf4j;
    requires libp2p.denylist;
    requires libp2p.fetch;
    requires libp2p.gateway;
    requires libp2p.http.jetty;
    requires libp2p.ipfs;

    uses libp2p.core.host.ProtocolFamily;

    opens libp2p.node to
            info.picocli;
    opens libp2p.node.content to
            info.picocli;
    opens libp2p.node.host to
            info.picocli;
    opens libp2p.node.nat to
            info.picocli;
    opens libp2p.node.dht to
            info.picocli;
    opens libp2p.node.discovery to
            info.picocli;
    opens libp2p.node.pubsub to
            info.picocli;

    provides ch.qos.logback.classic.spi.Configurator with
            libp2p.node.host.Logging;
}
