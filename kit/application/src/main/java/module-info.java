/** Patterns for applications on a host: events with named handlers, the states of a peer, a secure channel. */
@org.jspecify.annotations.NullMarked
module libp2p.application {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires libp2p.crypto;

    exports libp2p.application.channel;
    exports libp2p.application.event;
    exports libp2p.application.state;

    provides libp2p.core.limits.LimitRecords with
            libp2p.application.event.ApplicationLimitRecords;
}
