/** For tests: what every muxer, secure channel and datastore must do. To be used with test scope. */
@org.jspecify.annotations.NullMarked
module libp2p.contracts {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires transitive libp2p.system;
    requires org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires org.junit.jupiter.params;

    exports libp2p.contracts;
    exports libp2p.contracts.muxer;
    exports libp2p.contracts.security;
    exports libp2p.contracts.datastore;

    opens libp2p.contracts to
            org.junit.platform.commons;
    opens libp2p.contracts.muxer to
            org.junit.platform.commons;
    opens libp2p.contracts.security to
            org.junit.platform.commons;
    opens libp2p.contracts.datastore to
            org.junit.platform.commons;
}
