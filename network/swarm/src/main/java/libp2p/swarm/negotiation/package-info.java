/**
 * Agreement on protocols: multistream-select 1.0 (libp2p specification, connections) for connections and streams, with
 * the lazy dialer that sends its proposal together with the first payload, and a chooser that knows semantic versions.
 * Everything is straight-line blocking code; nothing reads past the negotiation.
 */
package libp2p.swarm.negotiation;
