/** HTTP: requests, responses, handlers and clients; HTTP/1.1 (RFC 9112), strict and bounded, over whatever carries bytes. */
package libp2p.http;
