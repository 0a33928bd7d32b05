/** The activity of a host, as meters of Micrometer. */
@org.jspecify.annotations.NullMarked
module libp2p.metrics {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires transitive micrometer.core;

    exports libp2p.metrics;

    provides libp2p.core.limits.LimitRecords with
            libp2p.metrics.MetricsLimitRecords;
}
