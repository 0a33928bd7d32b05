/** Work that the launcher {@code ./p2p} gives this program while it builds, so that every start is short. */
package libp2p.node.launch;
