package libp2p.discovery.namespace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.host.Registration;
import libp2p.core.routing.Discovery;

/**
 * Announces this host under namespaces for as long as a caller wants it: again at 7/8 of the time for which an
 * announcement holds, and soon after one that failed. Thread-safe; no method waits for the network.
 */
public final class Advertiser implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Advertiser.class.getName());
    private static final double JITTER = 0.1;

    private final Environment environment;
    private final Discovery discovery;
    private final NamespaceLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Entry> entries = new HashMap<>();
    private boolean closed;

    /** Announces through this discovery; the host or the caller closes it. */
    public Advertiser(Environment environment, Discovery discovery, NamespaceLimits limits) {
        this.environment = environment;
        this.discovery = discovery;
        this.limits = limits;
    }

    /** One namespace, and how many want it announced. */
    private final class Entry {
        final RepeatingTimer timer;
        int users;
        int failures;

        Entry(String namespace) {
            this.timer = new RepeatingTimer(environment, again -> again.arm(announce(namespace, this)));
        }
    }

    /**
     * Announces this host under a namespace until the registration is closed; the first time at once.
     *
     * @throws IllegalArgumentException if the namespace is empty or longer than the limit
     * @throws IllegalStateException if as many are announced as may be, or this object is closed
     */
    public Registration advertise(String namespace) {
        int bytes = namespace.getBytes(UTF_8).length;
        if (bytes < 1 || bytes > limits.namespaceBytes()) {
            throw new IllegalArgumentException(
                    "a namespace of " + bytes + " bytes, must be 1 to " + limits.namespaceBytes());
        }
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("nothing is announced any more");
            }
            Entry entry = entries.get(namespace);
            if (entry == null) {
                if (entries.size() >= limits.namespaces()) {
                    throw new IllegalStateException(
                            "more namespaces to announce than the limit of " + limits.namespaces());
                }
                entry = new Entry(namespace);
                entries.put(namespace, entry);
                entry.timer.arm(0);
            }
            entry.users++;
            return new Hold(namespace, entry);
        } finally {
            lock.unlock();
        }
    }

    /** The namespaces that are announced now, sorted. */
    public List<String> namespaces() {
        lock.lock();
        try {
            return entries.keySet().stream().sorted().toList();
        } finally {
            lock.unlock();
        }
    }

    private final class Hold implements Registration {
        private final String namespace;
        private final Entry entry;
        private boolean released;

        Hold(String namespace, Entry entry) {
            this.namespace = namespace;
            this.entry = entry;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (!released && --entry.users == 0) {
                    entry.timer.close();
                    entries.remove(namespace, entry);
                }
                released = true;
            } finally {
                lock.unlock();
            }
        }
    }

    /** Announces once; returns after how many nanoseconds to do it again. */
    private long announce(String namespace, Entry entry) {
        Duration pause;
        try {
            Duration holds = discovery.advertise(namespace, Deadline.after(environment, limits.advertiseTimeout()));
            entry.failures = 0;
            pause = shorter(holds.multipliedBy(7).dividedBy(8), limits.longestRetry());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a namespace was not announced: " + e.getMessage());
            pause = shorter(limits.retry().multipliedBy(1L << Math.min(20, entry.failures++)), limits.longestRetry());
        }
        double spread = environment.random("discovery.advertise").nextDouble(1 - JITTER, 1);
        return Math.max(limits.retry().toNanos(), (long) (pause.toNanos() * spread));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Announces nothing more; an announcement that is under way goes on. Idempotent, does not block. */
    @Override
    public void close() {
        List<Entry> all;
        lock.lock();
        try {
            closed = true;
            all = new ArrayList<>(entries.values());
            entries.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(entry -> entry.timer.close());
    }
}
