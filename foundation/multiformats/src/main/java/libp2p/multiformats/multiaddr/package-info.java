/**
 * Network addresses as sequences of protocols and values (<a
 * href="https://github.com/multiformats/multiaddr">multiaddr</a>), such as {@code
 * /ip4/192.0.2.1/udp/4001/quic-v1/p2p/12D3Koo…}. Text and bytes agree with the reference implementation in Go. All
 * values are immutable and safe for use by any thread; nothing blocks, nothing resolves names.
 */
package libp2p.multiformats.multiaddr;
