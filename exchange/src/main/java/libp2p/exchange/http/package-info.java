/** Calls of HTTP servers, whatever carries them, with bounds on time and size. */
package libp2p.exchange.http;
