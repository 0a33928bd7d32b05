/** The bounds of the parts of the swarm, which {@link libp2p.swarm.Limits} puts together. */
package libp2p.swarm.limits;
