/**
 * WebSocket (RFC 6455) over our own TCP, with and without TLS: {@code /tcp/…/ws}, {@code /tcp/…/tls/ws}, {@code
 * /tcp/…/tls/sni/…/ws} and the old {@code /tcp/…/wss}. The bytes of the connection travel in binary frames, whose
 * boundaries mean nothing.
 *
 * <p>Bounds are in {@link WebSocketLimits}. Threads: the listening port's, one per handshake, and
 * short ones that answer pings and say goodbye, at most two of them per connection.
 */
package libp2p.transports.websocket;
