/**
 * Packets, frames and transport parameters of QUIC as bytes (RFC 9000, sections 16 to 20; RFC 9221; RESET_STREAM_AT).
 * Decoders read arrays, allocate nothing that the input does not pay for, and throw {@link
 * libp2p.quic.wire.TransportException} alone.
 */
package libp2p.quic.wire;
