/**
 * The program {@code p2p}: a node, and the tools to try and to measure others.
 *
 * <p>The package has more than 25 classes because every command of the program is a class, and all are in one list.
 */
package libp2p.node;
