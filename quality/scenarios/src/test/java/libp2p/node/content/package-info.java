/** Commands of a node on content in simulated time. */
package libp2p.node.content;
