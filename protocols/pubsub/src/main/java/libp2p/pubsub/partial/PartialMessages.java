package libp2p.pubsub.partial;

import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.environment.CarrierTurn;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import libp2p.pubsub.GossipSub.PartialListener;
import libp2p.pubsub.PartialPeers;
import libp2p.pubsub.router.PeerCharges;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges messages in parts: tells the mesh of a topic, and some peers outside of it once per heartbeat, which parts
 * are here, and sends every peer the parts that it lacks. An object serves one host; it is given to {@link
 * libp2p.pubsub.GossipSub#withPartialMessages}. A group is forgotten some heartbeats after this host has published it
 * last, and when its peers are gone. Thread-safe.
 */
public final class PartialMessages implements PartialListener {
    private static final System.Logger LOG = System.getLogger(PartialMessages.class.getName());
    /** Peers outside of the mesh that hear of a group in a heartbeat. */
    private static final int GOSSIP = 6;

    /** The messages of the application. */
    public interface Application {
        /**
         * A peer has sent something of a group that this host has not published. Must not block.
         *
         * @return the message that its parts go into, or null to pass it over
         */
        @Nullable
        PartialMessage begin(String topic, byte[] group, PeerId by);

        /**
         * Parts that were not here have come, and were told to others. Called on a thread of this object; must not
         * block.
         */
        void changed(String topic, byte[] group, PartialMessage message);
    }

    private record Name(String topic, ByteBuffer group) {}

    private record Running(PartialPeers peers, Environment environment, RandomGenerator random, PeerCharges charges) {}

    private final Application application;
    private final PubSubLimits.Partials limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Name, PartialGroup> groups = new LinkedHashMap<>();
    private volatile @Nullable Running running;

    private final ReentrantLock inboxLock = new ReentrantLock();
    private final Inbox inbox;
    private boolean working;
    /** Groups above the limits. */
    private long refused;

    /** The default limits. */
    public PartialMessages(Application application) {
        this(application, PubSubLimits.Partials.DEFAULT);
    }

    /** PubSubLimits of the caller; the application is called with the router's lock held and must not block. */
    public PartialMessages(Application application, PubSubLimits.Partials limits) {
        this.application = application;
        this.limits = limits;
        this.inbox = new Inbox(limits);
    }

    @Override
    public void started(PartialPeers peers, Environment environment) {
        running = new Running(peers, environment, environment.random("pubsub.partial"), new PeerCharges(peers.held()));
    }

    private Running running() {
        Running current = running;
        if (current == null) {
            throw new IllegalStateException(
                    "pubsub is not started; give them to GossipSub, and that to the builder of a host by with(…)");
        }
        return current;
    }

    /**
     * Tells peers which parts of a message are here, and sends them what they are known to lack; to be called again
     * when the application has got further parts by itself.
     *
     * @param more peers besides those of the mesh
     */
    public void publish(String topic, byte[] group, PartialMessage message, Collection<PeerId> more) {
        lock.lock();
        try {
            Name name = new Name(topic, ByteBuffer.wrap(group.clone()));
            PartialGroup known = groups.get(name);
            if (known == null || known.message != message) {
                if (known != null) {
                    known.end();
                }
                known = new PartialGroup(
                        topic, group.clone(), message, null, limits, running().charges());
                groups.put(name, known);
            }
            known.begunBy = null;
            known.keep(limits.heartbeats());
            spread(known, more);
        } finally {
            lock.unlock();
        }
    }

    /** The number of groups that are known. */
    public int groups() {
        lock.lock();
        try {
            return groups.size();
        } finally {
            lock.unlock();
        }
    }

    /** The number of RPCs that found no room, or began groups above the limits. */
    public long dropped() {
        inboxLock.lock();
        try {
            return inbox.dropped() + refused;
        } finally {
            inboxLock.unlock();
        }
    }

    @Override
    public void partial(PeerId from, Rpc.Partial partial) {
        inboxLock.lock();
        try {
            inbox.offer(from, partial);
            if (working) {
                return;
            }
            working = true;
        } finally {
            inboxLock.unlock();
        }
        running().environment().start("pubsub-parts", this::work);
    }

    private void work() {
        CarrierTurn turn = new CarrierTurn(running().environment());
        Inbox.Arrival next;
        while ((next = next()) != null) {
            try {
                PartialGroup changed = take(next.from(), next.partial());
                if (changed != null) {
                    application.changed(changed.topic, changed.id.clone(), changed.message);
                }
            } catch (RuntimeException | StackOverflowError | LinkageError failure) { // the next ones are still taken
                LOG.log(Level.WARNING, "the application failed on parts of a message", failure);
            }
            turn.check(); // peers can bring parts as fast as they are taken
        }
    }

    private Inbox.@Nullable Arrival next() {
        inboxLock.lock();
        try {
            Inbox.Arrival next = inbox.poll();
            working = next != null;
            return next;
        } finally {
            inboxLock.unlock();
        }
    }

    /** The group if a part came that was not here. */
    private @Nullable PartialGroup take(PeerId from, Rpc.Partial partial) {
        lock.lock();
        try {
            PartialGroup group = group(from, partial);
            if (group == null) {
                return null;
            }
            boolean isNew = group.receive(from, partial);
            if (isNew) {
                spread(group, List.of(from));
            } else {
                send(group, from);
            }
            return isNew ? group : null;
        } catch (MalformedException malformed) {
            LOG.log(Level.DEBUG, () -> "a part of " + from + ": " + malformed.getMessage());
            running().peers().invalid(from, partial.topic());
            return null;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable PartialGroup group(PeerId from, Rpc.Partial partial) {
        Name name = new Name(partial.topic(), ByteBuffer.wrap(partial.group()));
        PartialGroup known = groups.get(name);
        if (known != null) {
            return known;
        }
        if (!running().peers().hasJoined(partial.topic())) {
            return null;
        }
        if (!hasRoom(partial.topic(), from)) {
            inboxLock.lock();
            try {
                refused++;
            } finally {
                inboxLock.unlock();
            }
            return null;
        }
        PartialMessage message =
                application.begin(partial.topic(), partial.group().clone(), from);
        if (message == null) {
            return null;
        }
        PartialGroup begun = new PartialGroup(
                partial.topic(),
                partial.group(),
                message,
                from,
                limits,
                running().charges());
        groups.put(name, begun);
        return begun;
    }

    /**
     * Whether a peer may begin a group of a topic. Where there are too many, the peer that has begun most gives up its
     * oldest for one that has begun fewer.
     */
    private boolean hasRoom(String topic, PeerId from) {
        Map<PeerId, Integer> begun = new HashMap<>();
        int all = 0;
        PeerId most = from;
        for (PartialGroup group : groups.values()) {
            PeerId by = group.topic.equals(topic) ? group.begunBy : null;
            if (by != null) {
                all++;
                most = begun.merge(by, 1, Integer::sum) > begun.getOrDefault(most, 0) ? by : most;
            }
        }
        int ofPeer = begun.getOrDefault(from, 0);
        if (ofPeer >= limits.groupsOfPeer() || all < limits.groups()) {
            return ofPeer < limits.groupsOfPeer();
        }
        if (begun.getOrDefault(most, 0) <= ofPeer + 1) {
            return false;
        }
        for (PartialGroup group : List.copyOf(groups.values())) {
            if (most.equals(group.begunBy) && group.topic.equals(topic)) {
                groups.remove(new Name(topic, ByteBuffer.wrap(group.id)));
                group.end();
                return true;
            }
        }
        return false;
    }

    /** To the mesh, to all that have spoken of the group, and to others. */
    private void spread(PartialGroup group, Collection<PeerId> more) {
        Set<PeerId> to = new LinkedHashSet<>(running().peers().of(group.topic, true));
        to.addAll(group.peers());
        to.addAll(more);
        to.forEach(peer -> send(group, peer));
    }

    private void send(PartialGroup group, PeerId peer) {
        PartialPeers peers = running().peers();
        try {
            Rpc.Partial next = group.next(peer, peers.takesParts(peer, group.topic));
            if (next != null) {
                peers.send(peer, next);
            }
        } catch (MalformedException nonsense) { // the peer's metadata makes no sense to the application
            group.forget(peer);
            peers.invalid(peer, group.topic);
        } catch (RuntimeException | StackOverflowError | LinkageError failure) { // the other peers still get theirs
            LOG.log(Level.WARNING, "the application failed on the parts for a peer", failure);
        }
    }

    /** Forgets old groups, and tells peers outside of the mesh of the published ones that are left. */
    @Override
    public void heartbeat() {
        Running now = running();
        lock.lock();
        try {
            if (groups.isEmpty()) {
                return;
            }
            Set<PeerId> connected = Set.copyOf(now.peers().connected());
            for (PartialGroup group : List.copyOf(groups.values())) {
                if (group.heartbeat(connected)) {
                    groups.remove(new Name(group.topic, ByteBuffer.wrap(group.id)));
                    group.end();
                }
            }
            for (PartialGroup group : groups.values()) {
                if (group.begunBy != null) {
                    continue;
                }
                List<PeerId> others = new ArrayList<>(now.peers().of(group.topic, false));
                others.removeAll(group.peers());
                for (int i = 0; i < GOSSIP && i < others.size(); i++) {
                    Collections.swap(others, i, i + now.random().nextInt(others.size() - i));
                    send(group, others.get(i));
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
