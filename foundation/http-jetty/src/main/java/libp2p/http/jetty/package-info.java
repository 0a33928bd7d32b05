/**
 * An HTTP server that carries handlers over TCP, with HTTP/2 by ALPN where it has a
 * certificate.
 */
package libp2p.http.jetty;
