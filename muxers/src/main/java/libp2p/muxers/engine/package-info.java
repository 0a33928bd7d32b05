/**
 * What every muxer is made of, apart from its frames: streams with bounded buffers, the queue of those that have
 * something to send, the table of streams, and a session that an event loop reads and that has, while there is much
 * to send, one writer thread.
 *
 * <p>Streams of the remote peer are handed to whoever asked for them by the reader thread, at the end of the bytes in which
 * they began, or wait to be accepted.
 *
 * <p>Who waits for whom: applications wait for their stream only; the writer thread waits for the socket or for work; the
 * reader thread waits for the socket and for nothing else, so that what arrives is always taken and a peer that does not
 * read cannot stop us from reading. Bytes are copied once on their way in (straight into the buffer of a waiting reader,
 * or into a chunk) and twice on their way out (into a chunk, and from there into the record that is sealed next).
 *
 * <p>Locks, always taken in this order: stream, table, outbox. None is held while a socket is read or written or while
 * foreign code runs.
 */
package libp2p.muxers.engine;
