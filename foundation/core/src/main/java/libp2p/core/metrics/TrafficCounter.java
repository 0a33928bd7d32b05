package libp2p.core.metrics;

/**
 * Counts the payload of one stream. Called on the hot path by the thread that reads and the one that writes, possibly
 * at the same time: must not block, allocate or throw.
 */
public interface TrafficCounter {
    /** Counts nothing. */
    TrafficCounter NONE = new TrafficCounter() {
        @Override
        public void read(long bytes) {}

        @Override
        public void written(long bytes) {}
    };

    /** Bytes that were handed to the reader. */
    void read(long bytes);

    /** Bytes that were accepted from the writer. */
    void written(long bytes);
}
