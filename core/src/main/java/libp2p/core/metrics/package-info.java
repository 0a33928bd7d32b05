/** What can be counted and timed in a host. */
package libp2p.core.metrics;
