/**
 * Noise for libp2p (libp2p specification, noise; Noise Protocol Framework, revision 34). {@link
 * libp2p.security.noise.NoiseHandshake} is the handshake alone; {@link libp2p.security.noise.Noise} adds the records.
 * Handshake messages are bounded by {@link libp2p.security.SecurityLimits}, records by their format at 65,535 bytes.
 */
package libp2p.security.noise;
