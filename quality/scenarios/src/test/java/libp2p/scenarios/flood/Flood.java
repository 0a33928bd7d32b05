package libp2p.scenarios.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * One flood: a victim with a small heap, an attacker of lower priority, a neighbour that is left alone, and the pings
 * of an honest peer to both, in turns in peace and while the attack lasts, which is at least until it has been made as
 * often as said. That each ping was answered, and what the victim used and gave back, is judged; how long the pings
 * took is written down, and judged if the property {@code floods.strict} is set.
 *
 * @param name for the report
 * @param heap of the victim, in MiB
 * @param attack its name
 * @param count how often it is made
 * @param pings in peace, and at least so many during the attack; half as many before
 * @param descriptors that the victim may have, or 0 for as many as the system allows
 * @param options of the victim
 */
record Flood(String name, int heap, String attack, long count, int pings, int descriptors, List<String> options) {
    private static final long MIB = 1 << 20;
    /** So many times as long as in peace the slowest ping in a hundred may take. */
    private static final int SLOWER = 5;

    private static final int TURNS = 5;
    private static final int SETTLING = 10;

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
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        long start = System.nanoTime();
        try (Child victim = Child.start(victimCommand());
                Child neighbour = Child.start(victimCommand())) {
            PeerAddress address = address(victim);
            Pings.Times calm = new Pings.Times();
            Pings.Times flooded = new Pings.Times();
            Child.Answer before;
            Child.Answer ended;
            String newcomers = "–";
            try (Host host = Libp2p.host().start();
                    Pings honest = new Pings(host, address, address(neighbour))) {
                honest.ping(new Pings.Times(), pings / 2, null); // code is compiled meanwhile
                before = victim.ask("look", "look");
                try (Child attacker = Child.start(attackerCommand(address));
                        Newcomers others = options.contains("quic") ? new Newcomers(address) : null) {
                    attacker.expect("begun");
                    measure(attacker, others, honest, calm, flooded);
                    if (others != null) {
                        assertThat(others.end())
                                .as("new honest peers that were not served")
                                .isEmpty();
                        newcomers = others.summary();
                    }
                    ended = attacker.end("ended");
                    assertThat(ended.number("made")).isGreaterThanOrEqualTo(count);
                }
                assertThat(honest.once()).as("a ping after the flood").isPositive();
            }
            Child.Answer after = victim.ask("empty", "empty");
            Child.Answer closed = victim.ask("close", "closed");
            Report.add(List.of(
                    name,
                    String.format(Locale.ROOT, "%.1f", load),
                    ended.number("made") * 1_000 / Math.max(1, ended.number("millis")),
                    after.number("refused"),
                    flooded.victim().size() + " of " + flooded.victim().size(),
                    newcomers,
                    Pings.middleAndSlow(calm.victim()),
                    Pings.middleAndSlow(flooded.victim()),
                    Pings.slower(flooded.victim(), calm.victim()),
                    Pings.middleAndSlow(calm.neighbour()),
                    Pings.middleAndSlow(flooded.neighbour()),
                    Pings.slower(flooded.neighbour(), calm.neighbour()),
                    closed.number("peakHeap") / MIB,
                    closed.number("peakDescriptors"),
                    closed.number("peakHostThreads"),
                    closed.number("peakThreads"),
                    (System.nanoTime() - start) / 1_000_000_000));
            judge(before, after, closed);
            assertThat(victim.exit()).isZero();
            if (Boolean.getBoolean("floods.strict")) {
                assertThat(Pings.millis(flooded.victim(), 99))
                        .as("the slowest ping in a hundred, in milliseconds")
                        .isLessThanOrEqualTo(SLOWER * Pings.millis(calm.victim(), 99));
            }
        }
    }

    /** In turns: peace, in which the attacker keeps what it has, and flood; then flood until it was made as said. */
    private void measure(
            Child attacker, @Nullable Newcomers others, Pings honest, Pings.Times calm, Pings.Times flooded)
            throws Exception {
        Child.Heard done = attacker.heard("done");
        for (int turn = 1; turn <= TURNS; turn++) {
            honest.ping(new Pings.Times(), SETTLING, null); // what was under way
            honest.ping(calm, pings / TURNS, null);
            attacker.tell("go");
            if (others != null) {
                others.flooded(true);
            }
            honest.ping(flooded, pings / TURNS, turn == TURNS ? done : null);
            if (turn < TURNS) {
                attacker.tell("rest");
                if (others != null) {
                    others.flooded(false);
                }
            }
        }
    }

    private static PeerAddress address(Child node) throws Exception {
        Child.Answer ready = node.expect("ready");
        return PeerAddress.of(PeerId.parse(ready.text("peer")), List.of(Multiaddr.parse(ready.text("address"))));
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
        assertThat(closed.number("peakDirect")).as("direct memory").isLessThan(heap * MIB);
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
        // The machine is shared: without precedence the attacker would keep the victim from the processors, not busy.
        List<String> java = new ArrayList<>(List.of("nice", "-n", "19"));
        java.addAll(Child.java(768));
        java.addAll(List.of(
                Attacker.class.getName(),
                attack,
                String.valueOf(victim.addresses().getFirst().port()),
                String.valueOf(count)));
        return java;
    }
}
