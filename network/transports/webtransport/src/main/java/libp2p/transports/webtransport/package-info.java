/**
 * WebTransport over HTTP/3 on QUIC. {@link libp2p.transports.webtransport.WebTransport} dials and listens;
 * {@code Http3} sorts the streams of one connection, and hands on those of its session.
 */
package libp2p.transports.webtransport;
