/** The program {@code p2p}: a node, and the tools to try and to measure others. */
@org.jspecify.annotations.NullMarked
package libp2p.node;
