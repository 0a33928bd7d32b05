/**
 * An HTTP server that carries the handlers of {@code libp2p.exchange} over TCP, with HTTP/2 by ALPN where it has a
 * certificate.
 */
package libp2p.gateway;
