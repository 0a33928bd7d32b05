/** Connections inside one process ({@code /memory/…}), for tests and for hosts that live together. */
package libp2p.swarm.memory;
