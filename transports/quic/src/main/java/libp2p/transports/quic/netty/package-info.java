/**
 * The engine on Netty's native QUIC (quiche and BoringSSL). No type of Netty leaves this package.
 *
 * <p>Each UDP socket has one event loop, on a platform thread of its own; it runs nothing but this package and Netty, and
 * never waits. Certificates are verified on it, because Netty's tasks touch native memory that the event loop may free
 * meanwhile. Gaters, handlers and readers run on virtual threads.
 */
package libp2p.transports.quic.netty;
