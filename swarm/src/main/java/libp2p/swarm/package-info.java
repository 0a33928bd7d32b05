/**
 * The host itself: {@link libp2p.swarm.Swarm} holds connections, dials, listens and opens streams with what {@link
 * libp2p.swarm.SwarmParts} brings together; {@link libp2p.swarm.Limits} bounds all of it.
 */
package libp2p.swarm;
