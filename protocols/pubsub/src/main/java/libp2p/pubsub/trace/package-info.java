/** The protocol tracer, which writes the work of the router as lines of JSON, and counters. */
package libp2p.pubsub.trace;
