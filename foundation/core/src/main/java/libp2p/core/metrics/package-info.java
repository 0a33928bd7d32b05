/** The counters and timers of a host. */
package libp2p.core.metrics;
