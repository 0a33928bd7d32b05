/**
 * QUIC version 1 (RFC 9000) as libp2p uses it (specification, quic): mutual TLS with the libp2p certificate, ALPN
 * {@code libp2p}, every bidirectional stream of QUIC a stream of libp2p. Addresses are {@code /ip4/…/udp/…/quic-v1}.
 *
 * <p>Dials leave from a listening port where one exists. A port may have other protocols beside libp2p: {@link
 * libp2p.transports.quic.SharedUdpPorts} gives it to several transports, of which each is a {@link
 * libp2p.transports.quic.QuicProtocol}.
 *
 * <p>The state machines are of module {@code libp2p.quic}, and connections and streams that block are of {@link
 * libp2p.streams.engine}; here is what runs them: each socket of a port is read by an event loop, which calls
 * connections when their time has come, handshakes are computed on virtual threads, and a thread that writes sends by
 * itself. There are more than 25 classes because all of them share the lock of a connection or of its port.
 */
package libp2p.transports.quic;
