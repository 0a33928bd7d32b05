package libp2p.scenarios.flood;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingLimits;
import libp2p.protocols.ping.PingSession;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * An honest peer that pings two nodes in turn: the one that is flooded later, and its neighbour on the same machine,
 * which never is. The neighbour's pings wait for the machine, on which the attacker is busy too.
 */
final class Pings implements AutoCloseable {
    /** Also a stranger's limits must not end a ping on a busy machine: whether it is answered counts. */
    private static final PingLimits PATIENT = new PingLimits(Duration.ofMinutes(2), Duration.ofMinutes(2));

    private static final Duration PACE = Duration.ofMillis(2);

    private final Environment environment = SystemEnvironment.shared();
    private final PingSession victim;
    private final PingSession neighbour;

    /** How long they took, in nanoseconds. */
    record Times(List<Long> victim, List<Long> neighbour) {
        Times() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    Pings(Host host, PeerAddress victim, PeerAddress neighbour) throws IOException {
        this.victim = Ping.session(host, victim, PATIENT);
        this.neighbour = Ping.session(host, neighbour, PATIENT);
    }

    /** Pings so often, and until that is heard. */
    void ping(Times times, int atLeast, Child.@Nullable Heard until) throws IOException {
        int wanted = times.victim.size() + atLeast;
        while (times.victim.size() < wanted || until != null && !until.isHeard()) {
            times.victim.add(once());
            times.neighbour.add(neighbour.ping().toNanos());
            Deadline next = Deadline.after(environment, PACE);
            while (!next.passed(environment)) {
                environment.park(this, next);
            }
        }
    }

    /** Pings the victim once. */
    long once() throws IOException {
        return victim.ping().toNanos();
    }

    static double millis(List<Long> nanos, int percent) {
        List<Long> sorted = nanos.stream().sorted().toList();
        if (sorted.isEmpty()) {
            return Double.NaN;
        }
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)) / 1e6;
    }

    /** Half of them took less than the first number of milliseconds, 99 in 100 less than the second. */
    static String middleAndSlow(List<Long> nanos) {
        return String.format(Locale.ROOT, "%.2f, %.2f", millis(nanos, 50), millis(nanos, 99));
    }

    /** How many times as long the slowest in a hundred took. */
    static String slower(List<Long> nanos, List<Long> than) {
        return String.format(Locale.ROOT, "%.1f", millis(nanos, 99) / millis(than, 99));
    }

    @Override
    public void close() {
        try (neighbour) {
            victim.close();
        }
    }
}
