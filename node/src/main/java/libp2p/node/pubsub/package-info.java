/** The part of the program about publish and subscribe. */
@org.jspecify.annotations.NullMarked
package libp2p.node.pubsub;
