/** The messages of circuit relay v2 (libp2p specification, relay/circuit-v2, "Protobuf"), each with its limits. */
package libp2p.nat.relay.wire;
