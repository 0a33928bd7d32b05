package libp2p.ipns;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * Asks peers for the record of a name, {@link IpnsLimits#ASKED} at the same time, until one has told it. Peers that do
 * not answer hold up no caller but those that wait for it. Thread-safe.
 */
final class PeerQuestions {
    private static final System.Logger LOG = System.getLogger(PeerQuestions.class.getName());

    /** Takes a record that a peer has told. */
    @FunctionalInterface
    interface Answers {
        /** @throws IOException if it is not that of the name */
        void take(byte[] record) throws IOException;
    }

    private final PubSubNames.Fetching fetching;
    private final IpnsName name;
    private final Answers answers;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition ended;
    private final Deque<PeerId> left;
    private int running;
    private boolean answered;

    /** Begins to ask; never blocks. */
    PeerQuestions(
            Environment environment,
            PubSubNames.Fetching fetching,
            IpnsName name,
            List<PeerId> peers,
            Answers answers) {
        this.fetching = fetching;
        this.name = name;
        this.answers = answers;
        this.ended = new TimedCondition(environment, lock);
        this.left = new ArrayDeque<>(peers);
        this.running = Math.min(peers.size(), IpnsLimits.ASKED);
        for (int i = running; i > 0; i--) {
            environment.start("ipns ask", this::work);
        }
    }

    private void work() {
        PeerId peer;
        while ((peer = next()) != null) {
            try {
                Optional<byte[]> value = fetching.fetch(PeerAddress.of(peer, List.of()), name.routingKey());
                if (value.isPresent()) {
                    answers.take(value.get());
                    end();
                }
            } catch (IOException e) {
                PeerId asked = peer;
                LOG.log(System.Logger.Level.DEBUG, () -> asked + " told no record of " + name + ": " + e.getMessage());
            }
        }
    }

    /** The next peer that is asked; null at the end of the thread. */
    private @Nullable PeerId next() {
        lock.lock();
        try {
            PeerId next = answered ? null : left.poll();
            if (next == null && --running == 0) {
                ended.signalAll();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            answered = true;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether no peer is being asked any more. */
    boolean isOver() {
        lock.lock();
        try {
            return running == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a peer has told a record, all have been asked, or the deadline has passed. */
    void await(Deadline deadline) throws InterruptedIOException {
        lock.lock();
        try {
            ended.await(deadline, () -> answered || running == 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while peers were asked for " + name);
        } finally {
            lock.unlock();
        }
    }
}
