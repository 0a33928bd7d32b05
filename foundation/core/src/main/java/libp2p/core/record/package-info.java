/**
 * Statements that a peer signed: envelopes (RFC 0002 of the libp2p specification) and the peer records inside them (RFC
 * 0003). Immutable, thread-safe; nothing blocks. The bounds are in {@link RecordLimits}.
 */
package libp2p.core.record;
