/** The bounds of the parts of the swarm, which {@link SwarmLimits} puts together. */
package libp2p.swarm.limits;
