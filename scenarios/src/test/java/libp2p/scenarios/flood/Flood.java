package libp2p.scenarios.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.SystemEnvironment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import org.jspecify.annotations.Nullable;

/**
 * One flood: a victim with a small heap, an attacker, and the pings of an honest peer, first in peace, then while the attack
 * lasts, which is at least until it has been made as often as said. How long the pings took is written down and not judged;
 * that each was answered, and what the victim used and gave back, is.
 *
 * @param name for the report
 * @param heap of the victim, in MiB
 * @param attack its name
 * @param count how often it is made
 * @param pings in peace, and at least so many during the attack
 * @param descriptors that the victim may have, or 0 for as many as the system allows
 * @param options of the victim
 */
record Flood(String name, int heap, String attack, long count, int pings, int descriptors, List<String> options) {

    /** Also a stranger's limits must not end a ping on a busy machine: whether it is answered counts. */
    private static final Ping.Limits PATIENT = new Ping.Limits(Duration.ofMinutes(2), Duration.ofMinutes(2));

    private static final Duration PACE = Duration.ofMillis(2);
    private static final long MIB = 1 << 20;
    private static final Path REPORT = Path.of("target", "floods.md");
    private static final String HEADER = """
            | flood | heap, MiB | refused by limits | pings answered | calm p50, p99 ms | in the flood p50, p99 ms | p99 × \
            | peak heap, MiB | peak descriptors | peak threads of the host | platform threads | s |
            |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
            """;

    Flood(String name, int heap, String attack, long count) {
        this(name, heap, attack, count, 1_000, 0, List.of());
    }

    Flood withPings(int value) {
        return new Flood(name, heap, attack, count, value, descriptors, options);
    }

    Flood withDescriptors(int value) {
        return new Flood(name, heap, attack, count, pings, value, options);
    }

    Flood withOptions(String... values) {
        return new Flood(name, heap, attack, count, pings, descriptors, List.of(values));
    }

    void run() throws Exception {
        List<Long> calm = new ArrayList<>();
        List<Long> flooded = new ArrayList<>();
        long start = System.nanoTime();
        try (Child victim = Child.start(victimCommand())) {
            Child.Answer first = victim.expect("ready");
            PeerAddress address =
                    PeerAddress.of(PeerId.parse(first.text("peer")), List.of(Multiaddr.parse(first.text("address"))));
            try (Host host = Libp2p.host().start();
                    PingSession session = Ping.session(host, address, PATIENT)) {
                ping(session, calm, pings, null);
                first = victim.ask("look", "look");
                try (Child attacker = Child.start(attackerCommand(address))) {
                    attacker.expect("begun");
                    ping(session, flooded, pings, attacker.heard("done"));
                    Child.Answer ended = attacker.end("ended");
                    assertThat(ended.number("made")).isGreaterThanOrEqualTo(count);
                }
                assertThat(session.ping()).as("a ping after the flood").isPositive();
            }
            Child.Answer after = victim.ask("empty", "empty");
            Child.Answer closed = victim.ask("close", "closed");
            report(closed, after, calm, flooded, System.nanoTime() - start);
            judge(first, after, closed);
            assertThat(victim.exit()).isZero();
        }
    }

    /** Pings so often, and until the attack is done. */
    private static void ping(PingSession session, List<Long> nanos, int atLeast, Child.@Nullable Heard until)
            throws IOException {
        Environment environment = SystemEnvironment.shared();
        while (nanos.size() < atLeast || until != null && !until.isHeard()) {
            nanos.add(session.ping().toNanos());
            Deadline next = Deadline.after(environment, PACE);
            while (!next.passed(environment)) {
                environment.park(session, next);
            }
        }
    }

    private void judge(Child.Answer before, Child.Answer after, Child.Answer closed) {
        assertThat(after.text("usage")).as("charged to scopes after the flood").isEqualTo("[]");
        assertThat(closed.text("usage"))
                .as("charged to scopes of the closed host")
                .isEqualTo("[]");
        assertThat(closed.number("hostThreads"))
                .as("threads of the closed host")
                .isZero();
        assertThat(after.number("heap")).as("heap after the flood").isLessThan(before.number("heap") + heap * MIB / 3);
        assertThat(closed.number("descriptors")).as("descriptors").isLessThanOrEqualTo(before.number("descriptors"));
        assertThat(closed.number("peakThreads")).as("platform threads").isLessThan(64);
        long allowed = descriptors > 0
                ? descriptors
                : before.number("descriptors") + closed.number("connectionLimit") + 160; // those being accepted
        assertThat(closed.number("peakDescriptors")).as("descriptors").isLessThanOrEqualTo(allowed);
    }

    private List<String> victimCommand() {
        List<String> java = new ArrayList<>(Child.java(heap));
        java.add(Victim.class.getName());
        java.addAll(options);
        if (descriptors == 0) {
            return java;
        }
        List<String> limited =
                new ArrayList<>(List.of("sh", "-c", "ulimit -n " + descriptors + " && exec \"$@\"", "sh"));
        limited.addAll(java);
        return limited;
    }

    private List<String> attackerCommand(PeerAddress victim) {
        List<String> java = new ArrayList<>(Child.java(768));
        java.addAll(List.of(
                Attacker.class.getName(),
                attack,
                String.valueOf(victim.addresses().getFirst().port()),
                String.valueOf(count)));
        return java;
    }

    private void report(Child.Answer closed, Child.Answer after, List<Long> calm, List<Long> flooded, long nanos)
            throws IOException {
        String line = String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d of %d | %.2f, %.2f | %.2f, %.2f | %.1f | %d | %d | %d | %d | %d |%n",
                name,
                heap,
                after.number("refused"),
                flooded.size(),
                flooded.size(),
                percentile(calm, 50),
                percentile(calm, 99),
                percentile(flooded, 50),
                percentile(flooded, 99),
                percentile(flooded, 99) / percentile(calm, 99),
                closed.number("peakHeap") / MIB,
                closed.number("peakDescriptors"),
                closed.number("peakHostThreads"),
                closed.number("peakThreads"),
                nanos / 1_000_000_000);
        try (Stream<String> lines = Files.exists(REPORT) ? Files.lines(REPORT) : Stream.of()) {
            if (lines.findAny().isEmpty()) {
                line = HEADER + line;
            }
        }
        Files.createDirectories(REPORT.getParent());
        Files.writeString(REPORT, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static double percentile(List<Long> nanos, int percent) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)) / 1e6;
    }
}
