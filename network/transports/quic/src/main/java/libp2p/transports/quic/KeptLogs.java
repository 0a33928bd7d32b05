package libp2p.transports.quic;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The logs of connections of one {@link Diagnostics}, bounded in number and size: of those that have ended the oldest
 * are deleted. Thread-safe; waits for nothing.
 */
final class KeptLogs {
    private record Ended(LogQueue queue, LogFile file) {}

    private final int mostOpen;
    private final int mostEnded;
    private final long mostCharacters;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Ended> ended = new ArrayDeque<>();
    private int open;
    private long characters;

    /**
     * Bounds.
     *
     * @param mostOpen logs of connections that live
     * @param mostEnded logs of connections that have ended
     * @param mostCharacters of the latter together; one that is longer alone stays until the next ends
     */
    KeptLogs(int mostOpen, int mostEnded, long mostCharacters) {
        this.mostOpen = mostOpen;
        this.mostEnded = mostEnded;
        this.mostCharacters = mostCharacters;
    }

    /** Counts a log that begins; false if there are too many, and then it must not. */
    boolean begin() {
        lock.lock();
        try {
            if (open >= mostOpen) {
                return false;
            }
            open++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The connection of a log has ended; older logs are deleted by their queues if they are too many now. */
    void end(LogQueue queue, LogFile file) {
        List<Ended> surplus = new ArrayList<>();
        lock.lock();
        try {
            open--;
            ended.addLast(new Ended(queue, file));
            characters += file.characters();
            while (ended.size() > mostEnded || characters > mostCharacters && ended.size() > 1) {
                Ended oldest = ended.removeFirst();
                characters -= oldest.file.characters();
                surplus.add(oldest);
            }
        } finally {
            lock.unlock();
        }
        surplus.forEach(one -> one.queue.delete(one.file));
    }
}
