/**
 * Runs the engine of module {@code quic} for {@link libp2p.transports.quic.QuicTransport}: sockets, locks, threads and
 * timers, streams that block. One lock for each connection; handshakes are computed on virtual threads; whoever writes
 * sends.
 */
package libp2p.transports.quic.driver;
