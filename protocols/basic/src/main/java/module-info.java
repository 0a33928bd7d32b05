/** Protocols that every host has use for: identify, ping, perf, echo, fetch, requests and files. */
@org.jspecify.annotations.NullMarked
module libp2p.protocols {
    requires static org.jspecify;
    requires transitive libp2p.core;

    exports libp2p.protocols.echo;
    exports libp2p.protocols.fetch;
    exports libp2p.protocols.files;
    exports libp2p.protocols.identify;
    exports libp2p.protocols.perf;
    exports libp2p.protocols.ping;
    exports libp2p.protocols.request;

    provides libp2p.core.limits.LimitRecords with
            libp2p.protocols.identify.ProtocolLimitRecords;
}
