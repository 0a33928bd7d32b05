/**
 * Circuit relay v2 (libp2p specification, relay/circuit-v2): a relay that reserves places for peers and carries
 * connections to them, and its client, to whom {@code /p2p-circuit} is a transport like any other.
 */
package libp2p.nat.relay;
