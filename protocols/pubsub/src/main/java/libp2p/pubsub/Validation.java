package libp2p.pubsub;

import java.lang.System.Logger.Level;
import java.security.SignatureException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.PubSub;
import libp2p.multiformats.MalformedException;
import libp2p.pubsub.message.MessageVerifier;
import libp2p.pubsub.router.PendingMessage;
import libp2p.pubsub.router.ValidationResult;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import org.jspecify.annotations.Nullable;

/**
 * Checks signatures and asks validators, on threads of its own: as many as the limits allow, of which one topic has
 * half, so that a validator that waits holds up neither the router nor the other topics. Messages that find no room are
 * dropped.
 */
final class Validation {
    private static final System.Logger LOG = System.getLogger(Validation.class.getName());

    /** The receiver of the verdicts and the source of validators. */
    interface Parts {
        List<PubSub.Validator> validators(String topic);

        LockedRouter core();
    }

    private static final class Line {
        final Deque<PendingMessage> waiting = new ArrayDeque<>();
        int running;
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
    private boolean closed;

    Validation(Environment environment, MessageVerifier verifier, PubSubLimits.Queues limits, Parts parts) {
        this.environment = environment;
        this.verifier = verifier;
        this.limits = limits;
        this.parts = parts;
    }

    /** Queues a message; false if there is no room. Never blocks. */
    boolean offer(PendingMessage candidate) {
        String topic = candidate.message().topic();
        lock.lock();
        try {
            int size = candidate.message().size();
            Line line = lines.computeIfAbsent(topic, key -> new Line());
            if (closed
                    || waiting >= limits.validations()
                    || bytes + size > limits.validationBytes()
                    || line.waiting.size() + line.running >= limits.validatorsPerTopic()) {
                return false;
            }
            waiting++;
            bytes += size;
            line.waiting.add(candidate);
            enlist(topic, line);
            if (running >= limits.validators() || turns.isEmpty()) {
                return true;
            }
            running++;
        } finally {
            lock.unlock();
        }
        environment.start("pubsub-validation", this::work);
        return true;
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
        PendingMessage candidate;
        while ((candidate = next()) != null) {
            try {
                check(candidate);
            } finally {
                done(candidate);
            }
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
            PendingMessage candidate = line.waiting.remove();
            line.running++;
            enlist(topic, line);
            return candidate;
        } finally {
            lock.unlock();
        }
    }

    private void done(PendingMessage candidate) {
        String topic = candidate.message().topic();
        lock.lock();
        try {
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
            verifier.verify(message);
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

    /** The verdict of all validators together: a single refusal decides. */
    static ValidationResult verdict(List<PubSub.Validator> validators, PubSub.Message message) {
        for (PubSub.Validator validator : validators) {
            PubSub.Verdict verdict;
            try {
                verdict = validator.validate(message);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return ValidationResult.IGNORE;
            } catch (Exception e) {
                LOG.log(Level.WARNING, "a validator failed", e);
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
            lines.values().forEach(line -> line.waiting.clear());
        } finally {
            lock.unlock();
        }
    }
}
