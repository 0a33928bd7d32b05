/** Discovery of others, on the command line: multicast DNS and rendezvous points. */
package libp2p.node.discovery;
