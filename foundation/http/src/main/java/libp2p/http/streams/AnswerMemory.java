package libp2p.http.streams;

import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.resource.Crowd;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import org.jspecify.annotations.Nullable;

/**
 * The memory of answers that peers are taking. Where the peers together have all that there is for a protocol, an answer
 * for the IP group that holds most of it is broken off, so that a stranger with many ids who reads nothing leaves some to
 * others. Thread-safe.
 */
final class AnswerMemory {
    /** Three quarters of what a scope has: the last one is for the streams themselves, without which no request comes. */
    private static final int PRIORITY = 191;

    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private final Crowd<Held> crowd = new Crowd<>();

    /** @param random for the choice among the answers for one group */
    AnswerMemory(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Takes memory for an answer, until it is closed.
     *
     * @throws LimitExceededException if there is none for this peer
     */
    Held hold(Stream stream, long bytes) throws LimitExceededException {
        String group = Crowd.groupOf(stream.connection().remoteAddress());
        while (true) {
            try {
                return taken(new Held(stream, group, bytes, stream.scope().reserve(bytes, PRIORITY)));
            } catch (LimitExceededException full) {
                Held leaving = isOfAll(full, stream) ? leaving(group, bytes) : null;
                if (leaving == null) {
                    throw full;
                }
                leaving.close();
                leaving.stream.reset(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
            }
        }
    }

    /** Whether the limit is one that peers share: what others hold is not in the way of a peer that has its own share. */
    private static boolean isOfAll(LimitExceededException full, Stream stream) {
        return full.scope().equals("system") || full.scope().equals("protocol:" + stream.protocol());
    }

    private Held taken(Held held) {
        lock.lock();
        try {
            crowd.add(held.group, held, held.bytes);
            return held;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the answer out that makes room for another one; null if no group would hold more than that one. */
    private @Nullable Held leaving(String group, long bytes) {
        lock.lock();
        try {
            Held held = crowd.leaving(group, bytes, random);
            if (held == null || crowd.weight(held.group) <= crowd.weight(group) + bytes) {
                return null;
            }
            crowd.remove(held.group, held);
            return held;
        } finally {
            lock.unlock();
        }
    }

    /** The memory of one answer. */
    final class Held implements AutoCloseable {
        private final Stream stream;
        private final String group;
        private final long bytes;
        private final Reservation reservation;

        private Held(Stream stream, String group, long bytes, Reservation reservation) {
            this.stream = stream;
            this.group = group;
            this.bytes = bytes;
            this.reservation = reservation;
        }

        /** Gives it back; idempotent. */
        @Override
        public void close() {
            lock.lock();
            try {
                crowd.remove(group, this);
            } finally {
                lock.unlock();
            }
            reservation.close();
        }
    }
}
