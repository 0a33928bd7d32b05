package libp2p.ipfs;

/** Hears how far something has come, on the threads that do it; must not block. */
@FunctionalInterface
public interface ProgressListener {
    /** Hears nothing. */
    ProgressListener NONE = bytes -> {};

    /** @param bytes since the beginning; never less than before */
    void progressed(long bytes);
}
