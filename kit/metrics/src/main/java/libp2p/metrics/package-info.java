/**
 * The activity of a host, as meters of Micrometer: see {@link libp2p.metrics.HostMetrics}. Names and units follow the
 * dashboards of go-libp2p; {@code docs/grafana/libp2p.json} shows them. Strangers cannot make labels grow: see {@link
 * MetricsLimits}.
 */
package libp2p.metrics;
