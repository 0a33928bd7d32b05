package libp2p.ipns;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.routing.PubSub;
import libp2p.core.routing.Results;
import libp2p.core.routing.ValueStore;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Names over publish and subscribe (<a href="https://specs.ipfs.tech/ipns/ipns-pubsub-router/">specification</a>): a
 * record goes to the topic of its name, and a host that has asked for a name, or published it, follows its topic from
 * then on, {@link IpnsLimits#FOLLOWED} at most. Peers of a topic, at random, are asked for the record that they have. The other
 * value stores of the host are asked beside, every {@link IpnsLimits#CHECKED}, and the better record counts, so that the peers of
 * a topic do not roll a name back. All other keys are left to these stores; must be part of the host before
 * them, so that it is the value store that others find. Needs a {@link PubSub} among the services. Thread-safe.
 */
public final class PubSubNames implements HostService, ValueStore {
    private static final System.Logger LOG = System.getLogger(PubSubNames.class.getName());
    private static final String TOPIC = "/record/";

    /** Asks a peer for the value of a key ({@code /libp2p/fetch/0.0.1}). */
    @FunctionalInterface
    public interface Fetching {
        /** The value, or empty if the peer has none; blocks. */
        Optional<byte[]> fetch(PeerAddress peer, byte[] key) throws IOException;
    }

    /** A name whose topic this host is subscribed to. */
    private static final class Followed {
        final IpnsName name;
        final List<Registration> registrations = new ArrayList<>();
        volatile @Nullable IpnsRecord best;
        /** When the other value stores have answered last, by the monotonic clock; null for never. */
        volatile @Nullable Long checked;
        /** To the peers of the topic; guarded by the lock of the names. */
        @Nullable
        PeerQuestions questions;

        Followed(IpnsName name) {
            this.name = name;
        }

        /** Takes a record; false if it is no better than the one that is known. */
        synchronized boolean take(IpnsRecord record) {
            IpnsRecord known = best;
            if (known != null && !record.isBetterThan(known)) {
                return false;
            }
            best = record;
            return true;
        }
    }

    private final Fetching fetching;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<IpnsName, Followed> followed = new LinkedHashMap<>(16, 0.75f, true);
    private volatile @Nullable Host host;

    /** Names over the publish and subscribe of the host that this becomes a service of. */
    public PubSubNames(Fetching fetching) {
        this.fetching = fetching;
    }

    /** The topic of a name. */
    public static String topic(IpnsName name) {
        return TOPIC + Base64.getUrlEncoder().withoutPadding().encodeToString(name.routingKey());
    }

    @Override
    public void start(Host started) {
        host = started;
    }

    private Host host() {
        return HostService.started("IPNS over pubsub", host);
    }

    private PubSub pubSub() {
        return host().find(PubSub.class)
                .orElseThrow(() -> new IllegalStateException("names by topics need publish and subscribe"));
    }

    private Optional<ValueStore> others() {
        return host().findAll(ValueStore.class).stream()
                .filter(store -> store != this)
                .findFirst();
    }

    private static @Nullable IpnsName nameOf(byte[] key) {
        try {
            return IpnsName.ofRoutingKey(key);
        } catch (MalformedException other) {
            return null;
        }
    }

    /**
     * The record that a topic has told of a key, for peers that ask; null if it has told none that holds now.
     *
     * @param key {@code /ipns/} and a binary name
     */
    public byte @Nullable [] known(byte[] key) {
        IpnsName name = nameOf(key);
        if (name == null) {
            return null;
        }
        lock.lock();
        try {
            Followed known = followed.get(name);
            IpnsRecord record = known == null ? null : known.best;
            return record == null
                            || !record.until().isAfter(host().environment().wallClock())
                    ? null
                    : record.toBytes();
        } finally {
            lock.unlock();
        }
    }

    /** The names whose topics this host is subscribed to. */
    public List<IpnsName> followed() {
        lock.lock();
        try {
            return List.copyOf(followed.keySet());
        } finally {
            lock.unlock();
        }
    }

    private Followed follow(IpnsName name) {
        Followed made;
        Followed forgotten = null;
        lock.lock();
        try {
            Followed known = followed.get(name);
            if (known != null) {
                return known;
            }
            made = new Followed(name);
            followed.put(name, made);
            if (followed.size() > IpnsLimits.FOLLOWED) {
                forgotten = removeOldest(made);
            }
            String topic = topic(name);
            made.registrations.add(pubSub().validator(topic, message -> judge(made, message.data())));
            made.registrations.add(pubSub().subscribe(topic, message -> {}));
        } finally {
            lock.unlock();
        }
        if (forgotten != null) {
            forgotten.registrations.forEach(Registration::close);
        }
        return made;
    }

    /**
     * Removes the name that was asked for longest ago, but for those that this host has published: strangers who ask a
     * gateway for many names do not push out the owner's. Of the owner's own names alone the oldest goes.
     */
    private @Nullable Followed removeOldest(Followed latest) {
        for (Followed one : List.copyOf(followed.values())) {
            if (one != latest && !isOwn(one.name)) {
                return followed.remove(one.name);
            }
        }
        return followed.remove(followed.keySet().iterator().next());
    }

    private boolean isOwn(IpnsName name) {
        Optional<NameService> service = host().find(NameService.class);
        try {
            return service.isPresent() && service.get().ipns().hasPublished(name);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "whether " + name + " is ours is not known: " + e.getMessage());
            return false;
        }
    }

    /** Takes what a topic brings, if it is better than what is known. */
    private PubSub.Verdict judge(Followed of, byte[] data) {
        IpnsRecord record;
        try {
            record = IpnsRecord.open(of.name, data, host().environment().wallClock());
        } catch (InvalidRecordException e) {
            return PubSub.Verdict.REJECT;
        }
        IpnsRecord known = of.best;
        boolean again = known != null && java.util.Arrays.equals(known.toBytes(), data);
        return of.take(record) || again ? PubSub.Verdict.ACCEPT : PubSub.Verdict.IGNORE;
    }

    /** Asks peers of the topic, chosen at random, for the record that they have, unless they are being asked already. */
    private PeerQuestions ask(Followed of) {
        lock.lock();
        try {
            PeerQuestions known = of.questions;
            if (known != null && !known.isOver()) {
                return known;
            }
            Environment environment = host().environment();
            List<PeerId> peers = new ArrayList<>(pubSub().peers(topic(of.name)));
            Collections.shuffle(peers, Random.from(environment.random("ipns.topics")));
            PeerQuestions made = new PeerQuestions(
                    environment,
                    fetching,
                    of.name,
                    peers.subList(0, Math.min(peers.size(), IpnsLimits.ASKED_IN_ALL)),
                    record -> of.take(IpnsRecord.open(of.name, record, environment.wallClock())));
            of.questions = made;
            return made;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void putValue(byte[] key, byte[] value, Deadline deadline) throws IOException {
        IpnsName name = nameOf(key);
        Optional<ValueStore> others = others();
        if (name == null) {
            others.orElseThrow(() -> new InvalidRecordException("topics keep no values but records of names"))
                    .putValue(key, value, deadline);
            return;
        }
        Followed to = follow(name);
        IpnsRecord record = IpnsRecord.open(name, value, host().environment().wallClock());
        to.take(record);
        pubSub().publish(topic(name), value);
        boolean told = !pubSub().peers(topic(name)).isEmpty();
        if (others.isPresent()) {
            try {
                others.get().putValue(key, value, deadline);
            } catch (IOException e) {
                if (!told) {
                    throw e;
                }
                LOG.log(System.Logger.Level.DEBUG, () -> name + " was told to its topic alone: " + e.getMessage());
            }
        }
    }

    @Override
    public byte @Nullable [] getValue(byte[] key, Deadline deadline) throws IOException {
        return getValue(key, deadline, store -> store.getValue(key, deadline));
    }

    @Override
    public byte @Nullable [] getValue(byte[] key, int quorum, Deadline deadline) throws IOException {
        return getValue(key, deadline, store -> store.getValue(key, quorum, deadline));
    }

    /** Asks another store. */
    @FunctionalInterface
    private interface Asking {
        byte @Nullable [] ask(ValueStore store) throws IOException;
    }

    /** The better one of what the topic and the other value stores tell. */
    private byte @Nullable [] getValue(byte[] key, Deadline deadline, Asking asking) throws IOException {
        IpnsName name = nameOf(key);
        Optional<ValueStore> others = others();
        if (name == null) {
            return others.isEmpty() ? null : asking.ask(others.get());
        }
        Followed of = follow(name);
        byte[] told = known(key);
        PeerQuestions questions = told == null ? ask(of) : null; // while the other stores are asked
        Environment environment = host().environment();
        Long checked = of.checked;
        boolean fresh = checked != null && environment.nanoTime() - checked < IpnsLimits.CHECKED.toNanos();
        if (others.isEmpty() || told != null && fresh) {
            return answer(key, questions, deadline);
        }
        try {
            byte[] found = asking.ask(others.get());
            if (found != null) {
                of.take(IpnsRecord.open(name, found, environment.wallClock()));
            }
            of.checked = environment.nanoTime();
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            if (answer(key, questions, deadline) == null) {
                throw e;
            }
            LOG.log(System.Logger.Level.DEBUG, () -> "only its topic tells of " + name + ": " + e.getMessage());
        }
        return answer(key, questions, deadline);
    }

    /** The record that is known, or that a peer of the topic tells before the deadline. */
    private byte @Nullable [] answer(byte[] key, @Nullable PeerQuestions questions, Deadline deadline)
            throws InterruptedIOException {
        byte[] known = known(key);
        if (known != null || questions == null) {
            return known;
        }
        questions.await(deadline);
        return known(key);
    }

    @Override
    public Results<byte[]> searchValue(byte[] key, int quorum, Deadline deadline) {
        Optional<ValueStore> others = others();
        if (others.isPresent()) {
            return others.get().searchValue(key, quorum, deadline);
        }
        IpnsName name = nameOf(key);
        if (name != null) {
            follow(name);
        }
        byte[] known = known(key);
        return known == null ? Results.none() : new One(known);
    }

    /** One value. */
    private static final class One implements Results<byte[]> {
        private byte @Nullable [] value;

        One(byte[] value) {
            this.value = value;
        }

        @Override
        public byte @Nullable [] next() {
            byte[] only = value;
            value = null;
            return only;
        }

        @Override
        public void close() {}
    }

    /** Leaves the topics. */
    @Override
    public void close() {
        List<Followed> all;
        lock.lock();
        try {
            all = List.copyOf(followed.values());
            followed.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(name -> name.registrations.forEach(Registration::close));
    }
}
