package libp2p.quic.stream;

/**
 * The stream limits of one connection.
 *
 * @param streams bidirectional streams that the remote may have open
 * @param uniStreams the same of unidirectional ones
 * @param streamWindow bytes that the remote may send on a stream before they are read, at first
 * @param largestStreamWindow to which it may grow
 * @param window the same over all streams
 * @param largestWindow to which it may grow
 * @param sendQueue bytes of a stream that are written and not acknowledged
 * @param largestSendReserve bytes of all streams together for which the same may be exceeded on a path that takes more
 *     before it answers, if the memory budget agrees
 */
public record QuicStreamLimits(
        int streams,
        int uniStreams,
        long streamWindow,
        long largestStreamWindow,
        long window,
        long largestWindow,
        int sendQueue,
        long largestSendReserve) {
    private static final long RESERVE = 10 << 20;

    /**
     * 256 bidirectional streams and no unidirectional ones, windows of 256 KiB that grow to 10 MiB for a stream, of 384
     * KiB that grow to 15 MiB for the connection, send queues of 512 KiB.
     */
    public static final QuicStreamLimits DEFAULT =
            new QuicStreamLimits(256, 0, 256 << 10, 10 << 20, 384 << 10, 15 << 20, 512 << 10);

    /** The usual reserve. */
    public QuicStreamLimits(
            int streams,
            int uniStreams,
            long streamWindow,
            long largestStreamWindow,
            long window,
            long largestWindow,
            int sendQueue) {
        this(streams, uniStreams, streamWindow, largestStreamWindow, window, largestWindow, sendQueue, RESERVE);
    }
}
