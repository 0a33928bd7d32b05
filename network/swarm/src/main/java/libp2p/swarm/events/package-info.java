/** Events of a host, each subscriber with a bounded queue of its own. */
package libp2p.swarm.events;
