/**
 * The control plane of a node: {@link libp2p.node.control.NodeControl} is what its owner may ask of it, served as HTTP
 * and JSON on one Unix domain socket in the data directory.
 */
package libp2p.node.control;
