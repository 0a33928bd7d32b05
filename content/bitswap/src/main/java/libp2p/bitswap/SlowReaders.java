package libp2p.bitswap;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Environment;

/**
 * The streams on which messages are being written, the one first that was begun first. Where memory is short for
 * another peer's blocks, the peer goes that has read at its own for longest. Thread-safe.
 */
final class SlowReaders {
    private final Environment environment;
    private final long patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Stream, Long> writing = new LinkedHashMap<>();

    /** @param patience nanoseconds that every peer may take */
    SlowReaders(Environment environment, long patience) {
        this.environment = environment;
        this.patience = patience;
    }

    /** A message is being written from now on. */
    void begin(Stream stream) {
        lock.lock();
        try {
            writing.put(stream, environment.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /** The message is written, or has failed; false if its stream was ended for others. */
    boolean end(Stream stream) {
        lock.lock();
        try {
            return writing.remove(stream) != null;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the stream whose peer reads for longest, unless its patience is not over. */
    void makeRoom() {
        Stream slowest;
        lock.lock();
        try {
            Map.Entry<Stream, Long> first =
                    writing.isEmpty() ? null : writing.entrySet().iterator().next();
            if (first == null || environment.nanoTime() - first.getValue() < patience) {
                return;
            }
            slowest = first.getKey();
            writing.remove(slowest);
        } finally {
            lock.unlock();
        }
        slowest.reset(ErrorCode.NONE);
    }
}
