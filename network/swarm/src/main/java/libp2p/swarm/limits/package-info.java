/** The bounds of the parts of the swarm, which {@link libp2p.swarm.SwarmLimits} puts together. */
package libp2p.swarm.limits;
