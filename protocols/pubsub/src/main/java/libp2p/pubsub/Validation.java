package libp2p.pubsub;

import java.lang.System.Logger.Level;
import java.security.SignatureException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.CarrierTurn;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.PubSub;
import libp2p.multiformats.MalformedException;
import libp2p.pubsub.message.MessageVerifier;
import libp2p.pubsub.message.UncheckableMessageException;
import libp2p.pubsub.router.PendingMessage;
import libp2p.pubsub.router.ValidationResult;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import org.jspecify.annotations.Nullable;

/**
 * Checks signatures and asks validators, on threads of its own and on those that have read all there was: as many as the
 * limits allow, of which one topic has half, so that a validator that waits holds up neither the router nor the other topics. Where there is no room, the topic
 * with most that waits gives a place, and of its messages the newest of the peer that has brought most; a message that
 * would itself be that one is dropped.
 */
final class Validation {
    private static final System.Logger LOG = System.getLogger(Validation.class.getName());

    /** The receiver of the verdicts and the source of validators. */
    interface Parts {
        List<PubSub.Validator> validators(String topic);

        LockedRouter core();
    }

    private final class Line {
        final Deque<PendingMessage> waiting = new ArrayDeque<>();
        /** How many of them each peer has brought. */
        private final Map<PeerId, Integer> counts = new HashMap<>();

        long size;
        int running;

        void add(PendingMessage candidate) {
            waiting.add(candidate);
            size += candidate.message().size();
            counts.merge(candidate.from(), 1, Integer::sum);
        }

        PendingMessage next() {
            PendingMessage candidate = waiting.remove();
            gone(candidate);
            return candidate;
        }

        boolean drop(PendingMessage candidate) {
            boolean was = waiting.removeLastOccurrence(candidate);
            if (was) {
                gone(candidate);
            }
            return was;
        }

        private void gone(PendingMessage candidate) {
            size -= candidate.message().size();
            counts.computeIfPresent(candidate.from(), (peer, count) -> count == 1 ? null : count - 1);
        }

        void clear() {
            waiting.clear();
            counts.clear();
            size = 0;
        }

        /** A message takes a place, and its bytes. */
        long weight() {
            return size + waiting.size() * Math.max(1, limits.validationBytes() / limits.validations());
        }

        /**
         * The newest message of the peer that has brought most of those that wait, one more of the newcomer counted; rather
         * one that no other peer has brought too.
         */
        @Nullable
        PendingMessage leaving(@Nullable PeerId newcomer) {
            int most = 0;
            for (int count : counts.values()) {
                most = Math.max(most, count);
            }
            if (newcomer != null && most <= counts.getOrDefault(newcomer, 0) + 1) {
                return null;
            }
            PendingMessage leaving = null;
            Iterator<PendingMessage> newest = waiting.descendingIterator();
            while (newest.hasNext()) {
                PendingMessage one = newest.next();
                if (counts.getOrDefault(one.from(), 0) == most) {
                    if (!one.hasCopies()) {
                        return one;
                    }
                    leaving = leaving == null ? one : leaving;
                }
            }
            return leaving;
        }
    }

    private final Environment environment;
    private final MessageVerifier verifier;
    private final PubSubLimits.Queues limits;
    private final Parts parts;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Line> lines = new HashMap<>();
    /** Topics that have something to do and a thread left, in turn. */
    private final Deque<String> turns = new ArrayDeque<>();

    private int waiting;
    private long bytes;
    private int running;
    /** Those of them that have no thread yet. */
    private volatile int due;

    private boolean closed;

    Validation(Environment environment, MessageVerifier verifier, PubSubLimits.Queues limits, Parts parts) {
        this.environment = environment;
        this.verifier = verifier;
        this.limits = limits;
        this.parts = parts;
    }

    /**
     * Queues a message, for which {@link #start} or {@link #help} is to be called then. Never blocks.
     *
     * @return the messages that were dropped for it; the message itself if there is no room
     */
    List<PendingMessage> offer(PendingMessage candidate) {
        String topic = candidate.message().topic();
        List<PendingMessage> dropped = new ArrayList<>();
        lock.lock();
        try {
            int size = candidate.message().size();
            Line line = lines.getOrDefault(topic, new Line());
            while (closed || isFull(size) || isFull(line)) {
                PendingMessage leaving = closed ? null : leaving(line, candidate);
                if (leaving == null) {
                    return dropped.isEmpty() ? List.of(candidate) : with(dropped, candidate);
                }
                drop(leaving);
                dropped.add(leaving);
            }
            lines.put(topic, line);
            waiting++;
            bytes += size;
            line.add(candidate);
            enlist(topic, line);
            if (running < limits.validators() && !turns.isEmpty()) {
                running++;
                due++;
            }
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /** Gives what was queued as many threads as it may have. Never blocks. */
    void start() {
        start(taken());
    }

    /** As {@link #start}, but the calling thread, which has nothing else to do, is one of them; waits for validators. */
    void help() {
        int workers = taken();
        start(workers - 1);
        if (workers > 0) {
            work();
        }
    }

    private void start(int workers) {
        for (int i = 0; i < workers; i++) {
            environment.start("pubsub-validation", this::work);
        }
    }

    private int taken() {
        if (due == 0) {
            return 0;
        }
        lock.lock();
        try {
            int workers = due;
            due = 0;
            return workers;
        } finally {
            lock.unlock();
        }
    }

    private static List<PendingMessage> with(List<PendingMessage> dropped, PendingMessage candidate) {
        dropped.add(candidate);
        return dropped;
    }

    private boolean isFull(int size) {
        return waiting >= limits.validations() || bytes + size > limits.validationBytes();
    }

    private boolean isFull(Line line) {
        return line.waiting.size() + line.running >= limits.validatorsPerTopic();
    }

    /** The message that gives its place to a newcomer; null if that is the newcomer itself. */
    private @Nullable PendingMessage leaving(Line line, PendingMessage newcomer) {
        if (isFull(line)) {
            return line.leaving(newcomer.from());
        }
        Line longest = line;
        for (Line other : lines.values()) {
            longest = other.weight() > longest.weight() ? other : longest;
        }
        return longest.leaving(longest == line ? newcomer.from() : null);
    }

    private void drop(PendingMessage leaving) {
        String topic = leaving.message().topic();
        Line line = lines.get(topic);
        if (line != null && line.drop(leaving)) {
            waiting--;
            bytes -= leaving.message().size();
            if (line.waiting.isEmpty()) {
                turns.remove(topic);
                if (line.running == 0) {
                    lines.remove(topic);
                }
            }
        }
    }

    private int mostOfATopic() {
        return Math.max(1, limits.validators() / 2);
    }

    /** A topic stands in the row at most once. */
    private void enlist(String topic, Line line) {
        if (!line.waiting.isEmpty() && line.running < mostOfATopic() && !turns.contains(topic)) {
            turns.add(topic);
        }
    }

    private void work() {
        CarrierTurn turn = new CarrierTurn(environment);
        PendingMessage candidate;
        while ((candidate = next()) != null) {
            boolean isChecked = false;
            try {
                check(candidate);
                isChecked = true;
            } finally {
                done(candidate, isChecked);
            }
            turn.check(); // peers can bring messages as fast as they are checked
        }
    }

    private @Nullable PendingMessage next() {
        lock.lock();
        try {
            String topic = closed ? null : turns.poll();
            Line line = topic == null ? null : lines.get(topic);
            if (line == null || topic == null) {
                running--;
                return null;
            }
            PendingMessage candidate = line.next();
            line.running++;
            enlist(topic, line);
            return candidate;
        } finally {
            lock.unlock();
        }
    }

    /** @param goesOn whether the thread takes another one; it has failed else */
    private void done(PendingMessage candidate, boolean goesOn) {
        String topic = candidate.message().topic();
        lock.lock();
        try {
            running -= goesOn ? 0 : 1;
            waiting--;
            bytes -= candidate.message().size();
            Line line = lines.get(topic);
            if (line != null) {
                line.running--;
                enlist(topic, line);
                if (line.running == 0 && line.waiting.isEmpty()) {
                    lines.remove(topic);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void check(PendingMessage candidate) {
        Message message = candidate.message();
        try {
            verify(message);
        } catch (UncheckableMessageException odd) {
            parts.core().uncheckable(candidate, String.valueOf(odd.getMessage()));
            return;
        } catch (SignatureException forged) {
            parts.core().forged(candidate, String.valueOf(forged.getMessage()));
            return;
        }
        List<PubSub.Validator> validators = parts.validators(message.topic());
        if (validators.isEmpty()) {
            parts.core().accepted(candidate);
        } else if (parts.core().authenticated(candidate)) {
            PubSub.Message seen = message(message, candidate.id(), candidate.from());
            parts.core().validated(candidate, verdict(validators, seen));
        }
    }

    private void verify(Message message) throws SignatureException {
        try {
            verifier.verify(message);
        } catch (RuntimeException | StackOverflowError | LinkageError failure) { // of an application's own verifier
            LOG.log(Level.WARNING, () -> "a verifier of signatures failed: " + failure);
            throw new UncheckableMessageException("the verifier failed", failure);
        }
    }

    /** The verdict of all validators together: a single refusal decides. */
    static ValidationResult verdict(List<PubSub.Validator> validators, PubSub.Message message) {
        for (PubSub.Validator validator : validators) {
            PubSub.Verdict verdict;
            try {
                verdict = validator.validate(message);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return ValidationResult.IGNORE;
            } catch (Exception
                    | StackOverflowError
                    | LinkageError e) { // a message must not end the validation of others
                LOG.log(Level.WARNING, () -> "a validator failed: " + e); // not its stack: a stranger chooses how often
                LOG.log(Level.DEBUG, "where the validator failed", e);
                return ValidationResult.IGNORE;
            }
            if (verdict != PubSub.Verdict.ACCEPT) {
                return verdict == PubSub.Verdict.REJECT ? ValidationResult.REJECT : ValidationResult.IGNORE;
            }
        }
        return ValidationResult.ACCEPT;
    }

    @SuppressWarnings("NullAway") // does not see in class files that an array may be null
    static PubSub.Message message(Message message, MessageId id, PeerId from) {
        return new PubSub.Message(
                message.topic(),
                message.data(),
                id.toBytes(),
                author(message.from()),
                message.sequence(),
                message.signature() != null,
                from);
    }

    private static @Nullable PeerId author(byte @Nullable [] from) {
        try {
            return from == null ? null : PeerId.fromBytes(from);
        } catch (MalformedException noPeer) {
            return null;
        }
    }

    /** Takes no more and forgets the queue; running validations go on. */
    void close() {
        lock.lock();
        try {
            closed = true;
            turns.clear();
            lines.values().forEach(Line::clear);
        } finally {
            lock.unlock();
        }
    }
}
