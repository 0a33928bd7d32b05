/** Publish and subscribe: GossipSub with floodsub below it. */
@org.jspecify.annotations.NullMarked
module libp2p.pubsub {
    requires static org.jspecify;
    requires transitive libp2p.core;

    exports libp2p.pubsub;
    exports libp2p.pubsub.message;
    exports libp2p.pubsub.partial;
    exports libp2p.pubsub.router;
    exports libp2p.pubsub.rpc;
    exports libp2p.pubsub.score;
    exports libp2p.pubsub.trace;

    provides libp2p.core.limits.LimitRecords with
            libp2p.pubsub.PubSubLimitRecords;
}
