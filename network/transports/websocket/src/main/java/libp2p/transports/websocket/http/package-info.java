/**
 * The opening handshake of RFC 6455, section 4, in HTTP/1.1 (RFC 9112), strict and bounded; and what happens to
 * requests that are none.
 */
package libp2p.transports.websocket.http;
