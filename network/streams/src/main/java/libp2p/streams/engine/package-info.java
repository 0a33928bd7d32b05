/**
 * The blocking side of an engine of streams, which is a state machine that knows no threads: QUIC is one. An
 * {@link libp2p.streams.engine.EngineConnection} has the one lock of its engine and says what happens after each use of
 * it, a {@link libp2p.streams.engine.Turn}; an {@link libp2p.streams.engine.EngineStreams} is a table of streams whose
 * calls wait, over any {@link libp2p.streams.engine.StreamEngine}. A connection has one {@link
 * libp2p.streams.engine.Application}, by the protocol that was agreed: a table, or something with several of them.
 */
package libp2p.streams.engine;
