/** A small program on the bare QUIC engine that other implementations of QUIC, beyond libp2p, exchange files with. */
@org.jspecify.annotations.NullMarked
package libp2p.interop.quic;
