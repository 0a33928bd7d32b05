/**
 * The parts of every stream muxer, apart from its frames: a connection that an event loop reads and that has a
 * writer thread while there is much to send ({@link libp2p.streams.MuxerConnection}), its streams with bounded buffers,
 * the queue of those that have something to send, and how streams and connection end. A muxer adds its frames and its
 * flow control by subclasses of connection and stream.
 *
 * <p><em>The reading thread</em> of a connection is the one that is in its {@code ReadLoop}: that of the
 * event loop, which serves many connections in turn, or that of {@link libp2p.core.transport.ThreadedReads} for a
 * connection that can only block. It hands streams of the remote peer to the receiver of the connection, at the end of
 * the bytes in which they began; without a receiver they wait to be accepted.
 *
 * <p>Waiting: an application waits for its stream only; the writer thread waits for the socket or for work; the reading
 * thread waits for nothing, so that a peer that does not read cannot stop us from reading.
 * Bytes are copied once on their way in (straight into the buffer of a waiting reader, or into a chunk) and twice on
 * their way out (into a chunk, and from there into the record that is sealed next).
 *
 * <p>Locks are taken in this order: stream, table, send queue. None is held while a socket is read or written or while
 * foreign code runs.
 *
 * <p>The package has more than 25 classes because the connection, its read loop and its flusher still call each other
 * and share package-private state with the streams; they cannot be two packages without a circle.
 */
package libp2p.streams;
