package libp2p.ipns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.routing.ValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what names stand for, and resolves them, through a value store such as the DHT. The last record is kept, so
 * that sequence numbers grow over restarts too. Thread-safe; methods block for the network and the disk.
 */
public final class Ipns {
    private static final System.Logger LOG = System.getLogger(Ipns.class.getName());
    private static final byte[] PREFIX = "last/".getBytes(US_ASCII);

    private final Environment environment;
    private final ValueStore store;
    private final Datastore datastore;
    private final int quorum;
    private final ReentrantLock publishing = new ReentrantLock();
    private final ReentrantLock remembering = new ReentrantLock();
    private final Map<IpnsName, Remembered> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<IpnsName, Remembered> eldest) {
            return size() > IpnsLimits.REMEMBERED;
        }
    };

    /** @param until {@link Environment#nanoTime()} */
    private record Remembered(IpnsRecord record, long until) {}

    /** As {@link #Ipns(Environment, ValueStore, Datastore, int)}, asking all peers that are responsible for a name. */
    public Ipns(Environment environment, ValueStore store, Datastore datastore) {
        this(environment, store, datastore, 0);
    }

    /**
     * Names over a value store.
     *
     * @param datastore a namespace of its own, for example {@code host.datastore("ipns")}
     * @param quorum peers that must have answered with a valid record before a name is resolved; 0: all that are
     *     responsible for it
     */
    public Ipns(Environment environment, ValueStore store, Datastore datastore, int quorum) {
        if (quorum < 0) {
            throw new IllegalArgumentException("a quorum of " + quorum);
        }
        this.environment = environment;
        this.store = store;
        this.datastore = datastore;
        this.quorum = quorum;
    }

    /**
     * Names without a network: published records are kept until a host with a value store publishes it again ({@link
     * NameService}), and no names but these are known.
     *
     * @param datastore that of the names of the host, {@code host.datastore("ipns")}
     */
    public static Ipns kept(Environment environment, Datastore datastore) {
        return new Ipns(environment, new NoStore(), datastore);
    }

    /** As {@link #publish(Identity, String, Duration, Duration, Deadline)}, with the usual times. */
    public IpnsRecord publish(Identity identity, String value, Deadline deadline) throws IOException {
        return publish(identity, value, IpnsLimits.VALIDITY, IpnsLimits.TTL, deadline);
    }

    /**
     * Says what the name of a key stands for. The sequence number grows if that is something else than before, or than
     * what the network knows.
     *
     * @param value a path, for example {@code /ipfs/bafy…}
     * @param validity how long the record holds
     * @param ttl how long readers may remember it
     * @throws IOException if no peer took the record; it is kept all the same, and republished by {@link #republish}
     */
    public IpnsRecord publish(Identity identity, String value, Duration validity, Duration ttl, Deadline deadline)
            throws IOException {
        IpnsName name = IpnsName.of(identity.publicKey());
        publishing.lock();
        try {
            IpnsRecord last = newestOrOwn(name, deadline);
            long sequence = last == null ? 0 : last.value().equals(value) ? last.sequence() : last.sequence() + 1;
            return put(identity, name, value, sequence, validity, ttl, deadline);
        } finally {
            publishing.unlock();
        }
    }

    /**
     * Publishes again what a key was last said to stand for, with a new end: by this host, or by another since then.
     * Null if this host has published nothing for it.
     */
    public @Nullable IpnsRecord republish(Identity identity, Deadline deadline) throws IOException {
        IpnsName name = IpnsName.of(identity.publicKey());
        publishing.lock();
        try {
            if (last(name, Instant.MIN) == null) {
                return null;
            }
            IpnsRecord last = newestOrOwn(name, deadline);
            return last == null
                    ? null
                    : put(identity, name, last.value(), last.sequence(), IpnsLimits.VALIDITY, last.ttl(), deadline);
        } finally {
            publishing.unlock();
        }
    }

    /**
     * The record of the network, if it is better than the one this host has published; where the network fails, the
     * latter.
     */
    private @Nullable IpnsRecord newestOrOwn(IpnsName name, Deadline deadline) throws IOException {
        IpnsRecord own = last(name, Instant.MIN);
        try {
            return newest(name, own, deadline);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException notFound) {
            LOG.log(Level.DEBUG, () -> "what " + name + " stands for was not found: " + notFound.getMessage());
            return own;
        }
    }

    private IpnsRecord put(
            Identity identity,
            IpnsName name,
            String value,
            long sequence,
            Duration validity,
            Duration ttl,
            Deadline deadline)
            throws IOException {
        Instant until = environment.wallClock().plus(validity);
        IpnsRecord record = IpnsRecord.create(identity, value, sequence, until, ttl);
        datastore.put(keyOf(name), record.toBytes());
        remember(name, record);
        store.putValue(name.routingKey(), record.toBytes(), deadline);
        return record;
    }

    /** Whether this host has published a name itself, with its key; blocks for the datastore. */
    public boolean hasPublished(IpnsName name) throws IOException {
        return last(name, Instant.MIN) != null;
    }

    /**
     * The record that holds for a name, or null if none is found; one that was found is remembered for as long as it
     * says, within {@link IpnsLimits#LONGEST_TTL}. Blocks unless it is remembered.
     */
    public @Nullable IpnsRecord resolve(IpnsName name, Deadline deadline) throws IOException {
        IpnsRecord known = remembered(name);
        if (known != null) {
            return known;
        }
        IpnsRecord found = newest(name, last(name, environment.wallClock()), deadline);
        if (found != null) {
            remember(name, found);
        }
        return found;
    }

    private @Nullable IpnsRecord remembered(IpnsName name) {
        remembering.lock();
        try {
            Remembered known = remembered.get(name);
            if (known == null || known.until() <= environment.nanoTime()) {
                return null;
            }
            return known.record().until().isAfter(environment.wallClock()) ? known.record() : null;
        } finally {
            remembering.unlock();
        }
    }

    private void remember(IpnsName name, IpnsRecord record) {
        Duration ttl = record.ttl().compareTo(IpnsLimits.LONGEST_TTL) > 0 ? IpnsLimits.LONGEST_TTL : record.ttl();
        remembering.lock();
        try {
            if (ttl.isPositive()) {
                remembered.put(name, new Remembered(record, environment.nanoTime() + ttl.toNanos()));
            } else {
                remembered.remove(name);
            }
        } finally {
            remembering.unlock();
        }
    }

    /**
     * Follows a path from name to name until it is one of content.
     *
     * @param path beginning with {@code /ipns/} and a name; the rest is appended to the path that the name stands for
     * @return the path at the end, or null if a name is not found
     * @throws InvalidRecordException if it takes more than {@link IpnsLimits#HOPS} names
     */
    public @Nullable String resolvePath(String path, Deadline deadline) throws IOException {
        return new NameResolver(this, null).resolve(path, deadline);
    }

    private @Nullable IpnsRecord newest(IpnsName name, @Nullable IpnsRecord own, Deadline deadline) throws IOException {
        byte[] found = store.getValue(name.routingKey(), quorum, deadline);
        if (found == null) {
            return own;
        }
        IpnsRecord record = IpnsRecord.open(name, found, environment.wallClock());
        return own != null && own.isBetterThan(record) ? own : record;
    }

    /**
     * The record that this host published last, if it is valid at a moment; the sequence goes on from one that has
     * expired, too.
     */
    private @Nullable IpnsRecord last(IpnsName name, Instant at) throws IOException {
        byte[] bytes = datastore.get(keyOf(name));
        if (bytes == null) {
            return null;
        }
        try {
            return IpnsRecord.open(name, bytes, at);
        } catch (InvalidRecordException expired) {
            return null;
        }
    }

    private static byte[] keyOf(IpnsName name) {
        byte[] binary = name.id().toBytes();
        byte[] key = Arrays.copyOf(PREFIX, PREFIX.length + binary.length);
        System.arraycopy(binary, 0, key, PREFIX.length, binary.length);
        return key;
    }
}
