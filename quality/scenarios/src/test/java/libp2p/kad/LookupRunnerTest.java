package libp2p.kad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import libp2p.core.connection.HostClosedException;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.Lookup;
import libp2p.kad.lookup.LookupLimits;
import libp2p.kad.lookup.StopCondition;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.MessageType;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Test;

/** Lookups of the parts of a region, among peers of which one is silent (simulated time). */
class LookupRunnerTest {
    private static final LookupLimits LIMITS = LookupLimits.DEFAULT;
    private static final Duration LATENCY = Duration.ofMillis(50);
    private static final int PARTS = 8;
    private static final int PEERS = 30;

    private static PeerId peer(int number) {
        return PeerId.fromBytes(Multihash.sha256(new byte[] {(byte) number, (byte) (number >> 8)})
                .toBytes());
    }

    /** Peers that name none; the first never answers. */
    private static class Peers implements LookupRunner.Network {
        private final SimulatedEnvironment host;
        private final Contact silent = Contact.of(peer(0), List.of());

        Peers(SimulatedEnvironment host) {
            this.host = host;
        }

        @Override
        public KadMessage ask(Contact contact, KadMessage request) throws IOException {
            Deadline answer = Deadline.after(host, contact.id().equals(silent.id()) ? LIMITS.request() : LATENCY);
            while (!answer.passed(host)) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new IOException("interrupted");
                }
                host.park(this, answer);
            }
            if (contact.id().equals(silent.id())) {
                throw new IOException("no answer");
            }
            return request;
        }

        @Override
        public Multiaddr seen(Contact contact) {
            return null;
        }

        @Override
        public List<Contact> closer(Contact from, KadMessage answer) {
            return List.of();
        }
    }

    private static List<byte[]> names() {
        return IntStream.range(0, PARTS)
                .mapToObj(part -> peer(1000 + part).toBytes())
                .toList();
    }

    /** Of all peers. */
    private static Lookup lookup(SimulatedEnvironment host, byte[] name) {
        List<Contact> all = IntStream.range(0, PEERS)
                .mapToObj(number -> Contact.of(peer(number), List.of()))
                .toList();
        long end = Deadline.after(host, Duration.ofMinutes(5)).nanos();
        return new Lookup(Key.of(name), peer(999), StopCondition.WIDE, LIMITS, all, end);
    }

    @Test
    void aSilentPeerIsWaitedForOnceAndNotInEachPart() {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment host = simulation.host("host", "10.0.0.1");
            LookupRunner runner = new LookupRunner(host, new Peers(host));
            Duration begin = simulation.elapsed();
            List<List<Contact>> closest = runner.closest(names(), name -> lookup(host, name), LIMITS.requests());
            assertThat(simulation.elapsed().minus(begin))
                    .isBetween(LIMITS.request(), LIMITS.request().plusSeconds(1));
            assertThat(closest).hasSize(PARTS);
            for (int part = 0; part < PARTS; part++) {
                Key place = Key.of(names().get(part));
                assertThat(closest.get(part))
                        .hasSize(LIMITS.k())
                        .doesNotContain(Contact.of(peer(0), List.of()))
                        .isSortedAccordingTo((one, other) -> place.compareDistances(one.key(), other.key()));
            }
        });
    }

    @Test
    void theEndOfTheHostEndsAllOfThem() {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment host = simulation.host("host", "10.0.0.1");
            LookupRunner runner = new LookupRunner(host, new Peers(host));
            SimulatedTask running = simulation.spawn(
                    "parts",
                    () -> assertThatThrownBy(
                                    () -> runner.closest(names(), name -> lookup(host, name), LIMITS.requests()))
                            .isInstanceOf(IOException.class));
            simulation.sleep(Duration.ofSeconds(1));
            runner.close();
            running.join();
            assertThat(simulation.elapsed()).isLessThan(LIMITS.request());
            assertThatThrownBy(() -> runner.closest(names(), name -> lookup(host, name), LIMITS.requests()))
                    .isInstanceOf(HostClosedException.class);
        });
    }

    /** The first has no request under way when the second begins. */
    @Test
    void theEndOfTheHostEndsALookupBetweenTwoRoundsThoughAnotherHasBegun() {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment host = simulation.host("host", "10.0.0.1");
            List<Contact> all = IntStream.range(1, PEERS)
                    .mapToObj(number -> Contact.of(peer(number), List.of()))
                    .toList();
            LookupRunner runner = new LookupRunner(host, new Peers(host) {
                @Override
                public List<Contact> closer(Contact from, KadMessage answer) {
                    return all;
                }
            });
            byte[] name = peer(1000).toBytes();
            KadMessage request = KadMessage.of(MessageType.FIND_NODE, name);
            SimulatedTask[] second = new SimulatedTask[1];
            long end = Deadline.after(host, Duration.ofMinutes(5)).nanos();
            Lookup first = new Lookup(Key.of(name), peer(999), StopCondition.WIDE, LIMITS, all.subList(0, 1), end);
            assertThatThrownBy(() -> runner.run(first, contact -> request, LIMITS.requests(), (from, answer) -> {
                        if (second[0] == null) {
                            second[0] = simulation.spawn(
                                    "second",
                                    () -> assertThatThrownBy(() -> runner.run(
                                                    lookup(host, name),
                                                    contact -> request,
                                                    LIMITS.requests(),
                                                    (one, its) -> false))
                                            .isInstanceOf(HostClosedException.class));
                            sleep(simulation, LATENCY.dividedBy(2));
                            runner.close();
                        }
                        return false;
                    }))
                    .isInstanceOf(HostClosedException.class);
            second[0].join();
        });
    }

    private static void sleep(Simulation simulation, Duration time) throws InterruptedIOException {
        try {
            simulation.sleep(time);
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }
}
