/**
 * The front door: {@link libp2p.Libp2p#host} puts a host together from the transports, secure channels, muxers and
 * services of the other modules, with defaults that suit a node on the open network.
 */
package libp2p;
