/**
 * Connection gaters: lists of peers, addresses and subnets that are allowed or blocked, changeable while the host runs;
 * a filter of private addresses; counters per hook; and their composition.
 */
package libp2p.swarm.gate;
