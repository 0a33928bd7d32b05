/**
 * Everything that comes from outside a program: time, waiting, randomness, threads and the network. Product code takes
 * them from an {@link libp2p.core.environment.Environment} and from nowhere else, so that the whole stack also runs in
 * a deterministic simulator.
 */
package libp2p.core.environment;
