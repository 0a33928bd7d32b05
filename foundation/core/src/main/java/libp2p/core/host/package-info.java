/** The API of a libp2p host. Its one implementation is in module {@code libp2p.swarm}. */
package libp2p.core.host;
