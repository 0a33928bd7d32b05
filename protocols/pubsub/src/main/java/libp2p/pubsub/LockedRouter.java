package libp2p.pubsub;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import libp2p.core.environment.CarrierTurn;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.router.GossipRouter;
import libp2p.pubsub.router.HeldBytes;
import libp2p.pubsub.router.PendingMessage;
import libp2p.pubsub.router.RouterOutput;
import libp2p.pubsub.router.RouterView;
import libp2p.pubsub.router.ValidationResult;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.rpc.Rpc.Subscription;
import libp2p.pubsub.score.PeerGater;
import libp2p.pubsub.score.PeerScores;
import libp2p.pubsub.score.TopicScoreParameters;
import org.jspecify.annotations.Nullable;

/** The router behind its lock. Nothing that waits happens under it. */
final class LockedRouter {
    private final Environment environment;
    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled when peers or their subscriptions change, and when a queue has become empty. */
    private final TimedCondition changed;

    private final GossipRouter router;
    /** The links for which something was queued under the lock. */
    private final List<PeerLink> pending = new ArrayList<>();
    /** Whether a thread sends what was queued; guarded by the lock. */
    private boolean pushing;

    /** Threads in {@link #await}. */
    private final AtomicInteger awaiting = new AtomicInteger();

    LockedRouter(
            Environment environment,
            PeerId self,
            GossipSub family,
            Function<PeerId, byte @Nullable []> records,
            RouterOutput out) {
        this.environment = environment;
        this.changed = new TimedCondition(environment, lock);
        PeerGater gater = family.gater == null ? null : new PeerGater(family.gater, environment.random("pubsub.gater"));
        this.router = new GossipRouter(
                new GossipRouter.Parts(
                        self,
                        family.parameters,
                        family.signing,
                        family.ids,
                        family.limits,
                        new PeerScores(family.scores, family.limits.state().retainedScores()),
                        gater,
                        environment.random("pubsub.router"),
                        records,
                        () -> environment.wallClock().toEpochMilli() * 1_000_000L,
                        family.observer),
                out);
    }

    private long now() {
        return environment.nanoTime();
    }

    /**
     * Runs an action under the lock, and sends without it what the action has queued, unless a thread is sending
     * already.
     */
    private <T extends @Nullable Object> T locked(Supplier<T> action) {
        T result;
        boolean mine;
        lock.lock();
        try {
            result = action.get();
            mine = !pending.isEmpty() && !pushing;
            pushing |= mine;
        } finally {
            lock.unlock();
        }
        if (mine && pushOnce()) {
            environment.start("pubsub-push", this::pushAll);
        }
        return result;
    }

    /**
     * One thread at a time sends to all peers. Messages that are queued meanwhile leave with the next round, many RPCs
     * in one write when there is much to do. A caller does a single round, so that it is not kept by the work of
     * others.
     *
     * @return whether there is more
     */
    private boolean pushOnce() {
        List<PeerLink> due;
        lock.lock();
        try {
            due = List.copyOf(pending);
            pending.clear();
            due.forEach(PeerLink::clearPending);
        } finally {
            lock.unlock();
        }
        boolean sent = false;
        try {
            due.forEach(PeerLink::push);
            sent = true;
        } finally {
            sent = goesOn(sent);
        }
        return sent;
    }

    /** Ends the turn of the thread that sends if nothing is left, or if it has failed. */
    private boolean goesOn(boolean sent) {
        lock.lock();
        try {
            pushing = sent && !pending.isEmpty();
            return pushing;
        } finally {
            lock.unlock();
        }
    }

    private void pushAll() {
        CarrierTurn turn = new CarrierTurn(environment);
        boolean more = true;
        while (more) {
            more = pushOnce();
            turn.check(); // peers can make this host send without a pause
        }
    }

    private void locked(Runnable action) {
        locked(() -> {
            action.run();
            return true;
        });
    }

    /** Notes, with the lock held, that something was queued for a peer. */
    void markPending(PeerLink link) {
        if (link.markPending()) {
            pending.add(link);
        }
    }

    /** The bytes that peers make the router hold; has no need of the lock. */
    HeldBytes held() {
        return router.held();
    }

    MessageId id(Message message) {
        return router.id(message);
    }

    boolean addPeer(PeerId peer, Version version, boolean outbound, @Nullable InetAddress address) {
        return locked(() -> {
            boolean added = router.addPeer(peer, version, outbound, address, now());
            changed.signalAll();
            return added;
        });
    }

    void reopened(PeerId peer, boolean hello) {
        locked(() -> router.reopened(peer, hello, now()));
    }

    void removePeer(PeerId peer) {
        locked(() -> {
            router.removePeer(peer, now());
            changed.signalAll();
        });
    }

    void receive(PeerId from, Rpc rpc) {
        List<MessageId> ids = new ArrayList<>(rpc.messages().size());
        for (Message message : rpc.messages()) {
            ids.add(router.id(message));
        }
        locked(() -> {
            router.receive(from, rpc, ids, now());
            if (!rpc.subscriptions().isEmpty()) {
                changed.signalAll();
            }
        });
    }

    void forged(PendingMessage candidate, String why) {
        locked(() -> router.forged(candidate, why, now()));
    }

    void uncheckable(PendingMessage candidate, String why) {
        locked(() -> router.uncheckable(candidate, why, now()));
    }

    boolean authenticated(PendingMessage candidate) {
        return locked(() -> router.authenticated(candidate, now()));
    }

    void validated(PendingMessage candidate, ValidationResult verdict) {
        locked(() -> router.validated(candidate, verdict, now()));
    }

    /** For topics without validators, so that the lock is taken once. */
    void accepted(PendingMessage candidate) {
        locked(() -> router.accepted(candidate, now()));
    }

    void join(Subscription subscription) {
        locked(() -> router.join(subscription, now()));
    }

    void leave(String topic) {
        locked(() -> router.leave(topic, now()));
    }

    void publish(List<Message> messages, List<MessageId> ids) {
        locked(() -> {
            router.publish(messages, ids, now());
        });
    }

    void heartbeat() {
        locked(() -> router.heartbeat(now()));
    }

    void dropped(PeerId peer, int count) {
        locked(() -> router.dropped(peer, count));
    }

    /** A peer sent bytes that cannot be decoded. */
    void violated(PeerId peer) {
        locked(() -> router.violated(peer, now()));
    }

    void invalidPartial(PeerId peer, String topic) {
        locked(() -> router.invalidPartial(peer, topic, now()));
    }

    void declare(String topic, TopicScoreParameters parameters) {
        locked(() -> router.declare(topic, parameters));
    }

    <T extends @Nullable Object> T view(Function<RouterView, T> look) {
        return locked(() -> look.apply(router.view()));
    }

    /** Nothing is left to be sent to a peer. */
    void idle() {
        if (awaiting.get() > 0) {
            locked(changed::signalAll);
        }
    }

    /**
     * Waits for a condition, which is looked at under the lock whenever peers, subscriptions or queues change.
     *
     * @return whether it holds
     */
    boolean await(Function<RouterView, Boolean> condition, Deadline deadline) throws InterruptedException {
        awaiting.incrementAndGet();
        lock.lock();
        try {
            while (!condition.apply(router.view())) {
                if (!changed.await(deadline)) {
                    return condition.apply(router.view());
                }
            }
            return true;
        } finally {
            lock.unlock();
            awaiting.decrementAndGet();
        }
    }
}
