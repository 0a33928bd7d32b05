/**
 * Complete hosts in a simulated world: {@link libp2p.testkit.World} tells a story under many seeds and checks at its
 * end that nothing is left and that every host believes what is true of its peers.
 */
@org.jspecify.annotations.NullMarked
package libp2p.testkit;
