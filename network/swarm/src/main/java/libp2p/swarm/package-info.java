/**
 * The host itself: {@link libp2p.swarm.Swarm} holds connections, dials, listens and opens streams with what {@link
 * libp2p.swarm.SwarmParts} brings together; {@link SwarmLimits} bounds all of it.
 */
package libp2p.swarm;
