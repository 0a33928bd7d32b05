/**
 * Everything that comes from outside a program: time, waiting, randomness, threads and the network. Product code takes
 * them from an {@link libp2p.core.environment.Environment} and from nowhere else, so that the whole stack also runs in
 * a deterministic simulator.
 *
 * <p>The package has more than 25 classes because the system's environment, its event loops and its sockets are hidden here: code
 * outside of the package can make none of them, and has to take them from its environment.
 */
package libp2p.core.environment;
