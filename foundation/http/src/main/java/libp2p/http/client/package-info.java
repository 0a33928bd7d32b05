/** Clients of HTTP: by the JDK, over streams of a peer, over plain TCP, and with proof of peer ids. */
package libp2p.http.client;
