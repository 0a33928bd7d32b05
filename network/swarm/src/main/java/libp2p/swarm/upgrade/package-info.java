/**
 * From a raw connection to one that carries streams: private network, security and muxer, each agreed by
 * multistream-select or early, inside the security handshake.
 */
package libp2p.swarm.upgrade;
