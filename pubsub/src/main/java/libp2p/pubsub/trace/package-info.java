/** What the router does, written down as lines of JSON: the protocol tracer. */
package libp2p.pubsub.trace;
