/** What the launcher {@code ./p2p} has this program do while it builds, so that every start is short. */
package libp2p.node.launch;
