/**
 * The calls of a stream that wait, for every kind of stream: those of the muxers and those of QUIC. A
 * {@link libp2p.streams.blocking.StreamReader} and a {@link libp2p.streams.blocking.StreamWriter} know who reads and
 * writes, until when, and what wakes them; where bytes lie and what a stream has come to is the part of their
 * subclasses, and so is the lock: a stream of a muxer has one, a connection of QUIC has one for all its streams.
 */
package libp2p.streams.blocking;
