/** What the program does with publish and subscribe. */
@org.jspecify.annotations.NullMarked
package libp2p.node.pubsub;
