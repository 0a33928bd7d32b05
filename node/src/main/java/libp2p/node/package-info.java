/** The program {@code p2p}: a node, and the tools to try and to measure others. */
package libp2p.node;
