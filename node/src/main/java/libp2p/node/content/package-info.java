/** Commands on content: adding, getting and keeping files and blocks, with and without a node that runs. */
package libp2p.node.content;
