/**
 * The commands on content, and the content of a node.
 *
 * <p>The package has more than 25 classes because every command is a class.
 */
package libp2p.node.content;
