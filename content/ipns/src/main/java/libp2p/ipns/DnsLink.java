package libp2p.ipns;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Names of domains (<a href="https://dnslink.dev/">DNSLink</a>): the TXT record {@code dnslink=/ipfs/…} or
 * {@code dnslink=/ipns/…} of {@code _dnslink.DOMAIN} says what a domain stands for. Answers are remembered for
 * {@link IpnsLimits#DNSLINK_TTL}, those that say nothing too. Thread-safe; a look-up blocks for the network.
 */
public final class DnsLink {
    private static final String OWNER = "_dnslink.";
    private static final String PREFIX = "dnslink=";
    private static final int DOMAIN = 253 - OWNER.length();

    /** The TXT records of names, from wherever. */
    @FunctionalInterface
    public interface TextRecords {
        /** The records of a name, each as one string; empty if there are none. Blocks. */
        List<String> find(String name, Deadline deadline) throws IOException;
    }

    /** @param until {@link Environment#nanoTime()} */
    private record Remembered(Optional<String> path, long until) {}

    private final Environment environment;
    private final TextRecords records;
    private final Semaphore free = new Semaphore(IpnsLimits.DNSLINK_LOOKUPS);
    private final ReentrantLock remembering = new ReentrantLock();
    private final Map<String, Remembered> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
            return size() > IpnsLimits.REMEMBERED;
        }
    };

    /** Domains as the DNS of an environment knows them. */
    public DnsLink(Environment environment) {
        this(environment, environment.network()::resolveText);
    }

    /** Domains whose records come from elsewhere, such as a table or DNS over HTTPS. */
    public DnsLink(Environment environment, TextRecords records) {
        this.environment = environment;
        this.records = records;
    }

    /** Whether a text has the form of a domain of two labels or more, and not that of an IPv4 address. */
    public static boolean isDomain(String text) {
        String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        if (bare.length() > DOMAIN || bare.indexOf('.') < 0) {
            return false;
        }
        String[] labels = bare.split("\\.", -1);
        for (String label : labels) {
            if (!label.matches("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")) {
                return false;
            }
        }
        return !labels[labels.length - 1].matches("[0-9]+");
    }

    /**
     * The path that a domain stands for, beginning with {@code /ipfs/} or {@code /ipns/}, or null if its records say
     * nothing.
     *
     * @throws IllegalArgumentException if the name is no domain
     * @throws InvalidRecordException if its records say several things
     * @throws LimitExceededException if {@link IpnsLimits#DNSLINK_LOOKUPS} look-ups are under way
     * @throws IOException if the look-up failed
     */
    public @Nullable String resolve(String domain, Deadline deadline) throws IOException {
        if (!isDomain(domain)) {
            throw new IllegalArgumentException("no domain: " + MalformedException.quote(domain));
        }
        String lower = domain.toLowerCase(Locale.ROOT);
        String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        Optional<String> known = remembered(name);
        if (known != null) {
            return known.orElse(null);
        }
        if (!free.tryAcquire()) {
            throw new LimitExceededException(
                    "dnslink",
                    "lookups",
                    IpnsLimits.DNSLINK_LOOKUPS + 1,
                    IpnsLimits.DNSLINK_LOOKUPS,
                    LimitExceededException.Side.LOCAL);
        }
        Optional<String> found;
        try {
            found = only(name, records.find(OWNER + name, deadline));
        } finally {
            free.release();
        }
        remembering.lock();
        try {
            remembered.put(name, new Remembered(found, environment.nanoTime() + IpnsLimits.DNSLINK_TTL.toNanos()));
        } finally {
            remembering.unlock();
        }
        return found.orElse(null);
    }

    private @Nullable Optional<String> remembered(String name) {
        remembering.lock();
        try {
            Remembered known = remembered.get(name);
            return known == null || known.until() <= environment.nanoTime() ? null : known.path();
        } finally {
            remembering.unlock();
        }
    }

    private static Optional<String> only(String name, List<String> texts) throws InvalidRecordException {
        List<String> paths = texts.stream()
                .filter(text -> text.startsWith(PREFIX))
                .map(text -> text.substring(PREFIX.length()))
                .filter(DnsLink::isPath)
                .toList();
        if (paths.size() > 1) {
            throw new InvalidRecordException(
                    "dnslink: " + paths.size() + " records of " + name + ", of which one holds");
        }
        return paths.stream().findFirst();
    }

    private static boolean isPath(String text) {
        String[] parts = text.split("/", 4);
        if (parts.length < 3 || !parts[0].isEmpty() || parts[2].isEmpty()) {
            return false;
        }
        if (parts[1].equals("ipns")) {
            return true;
        }
        try {
            return parts[1].equals("ipfs") && !Cid.parse(parts[2]).toString().isEmpty();
        } catch (MalformedException noCid) {
            return false;
        }
    }
}
