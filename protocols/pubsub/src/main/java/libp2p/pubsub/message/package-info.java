/** Signing policies and message ids. */
package libp2p.pubsub.message;
