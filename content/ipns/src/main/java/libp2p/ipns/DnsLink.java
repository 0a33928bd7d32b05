package libp2p.ipns;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.resource.FairTurns;
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
    private final FairTurns turns;
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
        turns = new FairTurns(environment, IpnsLimits.DNSLINK_LOOKUPS);
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

    /** As {@link #resolve(String, Deadline, String)}, for this host itself. */
    public @Nullable String resolve(String domain, Deadline deadline) throws IOException {
        return resolve(domain, deadline, "");
    }

    /**
     * The path that a domain stands for, beginning with {@code /ipfs/} or {@code /ipns/}, or null if its records say
     * nothing. A look-up is not cut short: a question to a name server goes on whether its answer is waited for or not.
     *
     * @param group of the one that asks, see {@link libp2p.core.resource.Crowd#groupOfIp}
     * @throws IllegalArgumentException if the name is no domain
     * @throws InvalidRecordException if its records say several things
     * @throws LimitExceededException if {@link IpnsLimits#DNSLINK_LOOKUPS} look-ups are under way, the group has most of
     *     them, and the last answer is not remembered; one that is counts longer then
     * @throws IOException if the look-up failed
     */
    public @Nullable String resolve(String domain, Deadline deadline, String group) throws IOException {
        if (!isDomain(domain)) {
            throw new IllegalArgumentException("no domain: " + MalformedException.quote(domain));
        }
        String lower = domain.toLowerCase(Locale.ROOT);
        String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        Remembered known = remembered(name);
        if (known != null && known.until() > environment.nanoTime()) {
            return known.path().orElse(null);
        }
        Optional<String> found;
        try (FairTurns.Turn turn = known == null ? turns.take(group, deadline) : turns.takeAtOnce(group)) {
            if (turn == null && known != null) { // domains whose servers are silent keep no known one from being served
                return known.path().orElse(null);
            }
            found = only(name, records.find(OWNER + name, deadline));
        }
        remembering.lock();
        try {
            remembered.put(name, new Remembered(found, environment.nanoTime() + IpnsLimits.DNSLINK_TTL.toNanos()));
        } finally {
            remembering.unlock();
        }
        return found.orElse(null);
    }

    private @Nullable Remembered remembered(String name) {
        remembering.lock();
        try {
            return remembered.get(name);
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
