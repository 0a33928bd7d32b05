/** HTTP/1.1 (RFC 9112), strict and bounded, over whatever carries bytes: heads and bodies. */
package libp2p.http;
