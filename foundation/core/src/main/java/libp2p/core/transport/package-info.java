/**
 * The contract of transports. TCP, WebSocket, the memory transport and circuits hand raw connections to an
 * {@link libp2p.core.transport.Upgrader}; QUIC, WebTransport and WebRTC bring security and streams themselves.
 */
package libp2p.core.transport;
