/**
 * Oracles that judge what the hosts of a {@link libp2p.testkit.World} say to each other. They are written from the
 * specifications and share no code with the protocols: bytes are read at the edge of each stream, and frames of QUIC by
 * its tracing hook.
 */
@org.jspecify.annotations.NullMarked
package libp2p.testkit.oracle;
