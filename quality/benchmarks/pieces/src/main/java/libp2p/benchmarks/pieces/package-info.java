/**
 * JMH benchmarks of the pieces that a connection is made of: cryptographic primitives by each engine, numbers,
 * addresses, frames and records. {@link libp2p.benchmarks.pieces.Pieces} runs them and writes the table.
 */
package libp2p.benchmarks.pieces;
