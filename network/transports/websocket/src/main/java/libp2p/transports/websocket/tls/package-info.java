/**
 * TLS under WebSockets, by the JDK's engine: certificates of listeners, whom dialers trust, and the encrypted
 * connection. Its randomness and clock are the JDK's own, so runs with it are not repeatable in the simulator.
 */
package libp2p.transports.websocket.tls;
