/** The RPCs of pubsub: the messages of the specification, their bytes, and the bounds of decoding. */
package libp2p.pubsub.rpc;
