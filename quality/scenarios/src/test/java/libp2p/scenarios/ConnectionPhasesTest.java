package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import libp2p.core.connection.Connection;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.environment.Deadline;
import libp2p.core.event.EventRegistration;
import libp2p.core.event.HostEvent.ConnectionPhase;
import libp2p.core.event.HostEvent.ConnectionPhaseChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.ConnectionGater;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** What a host tells of the phases of its connections. */
class ConnectionPhasesTest {
    /** Takes the events of one connection until it is closed. */
    private static List<ConnectionPhaseChanged> untilClosed(TestNode node, Subscription<ConnectionPhaseChanged> phases)
            throws InterruptedException {
        Deadline deadline = Deadline.after(node.environment(), Duration.ofMinutes(1));
        List<ConnectionPhaseChanged> events = new ArrayList<>();
        do {
            ConnectionPhaseChanged event = phases.take(deadline);
            assertThat(event).as("the event after %s", events).isNotNull();
            events.add(event);
        } while (events.getLast().phase() != ConnectionPhase.CLOSED);
        assertThat(events)
                .extracting(ConnectionPhaseChanged::connection)
                .containsOnly(events.getFirst().connection());
        return events;
    }

    private static List<ConnectionPhase> phases(List<ConnectionPhaseChanged> events) {
        return events.stream().map(ConnectionPhaseChanged::phase).toList();
    }

    /** Transports with security of their own have no phase for the muxer. */
    private static ConnectionPhase[] expected(boolean dialed, boolean upgraded) {
        List<ConnectionPhase> all = new ArrayList<>(List.of(ConnectionPhase.values()));
        if (!dialed) {
            all.remove(ConnectionPhase.DIALING);
        }
        if (!upgraded) {
            all.remove(ConnectionPhase.UPGRADING);
        }
        return all.toArray(ConnectionPhase[]::new);
    }

    @Test
    void bothEndsTellEveryPhaseInOrderWithTheReasonOfTheEnd() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            try (Subscription<ConnectionPhaseChanged> atAlice =
                            alice.host().events().subscribe(ConnectionPhaseChanged.class);
                    Subscription<ConnectionPhaseChanged> atBob =
                            bob.host().events().subscribe(ConnectionPhaseChanged.class)) {
                Connection connection = alice.connect(bob);
                boolean upgraded = !connection.state().muxer().isEmpty();
                String name = connection.scope().name();
                world.sleep(Duration.ofSeconds(1)); // over QUIC the other end may still be in its handshake
                connection.close(7, "enough");
                List<ConnectionPhaseChanged> dialed = untilClosed(alice, atAlice);
                assertThat(phases(dialed)).containsExactly(expected(true, upgraded));
                assertThat(dialed).allSatisfy(event -> {
                    assertThat(event.connection()).isEqualTo(name);
                    assertThat(event.direction()).isEqualTo(Direction.OUTBOUND);
                    assertThat(event.peer()).isEqualTo(bob.id());
                    assertThat(event.remote()).isEqualTo(connection.remoteAddress());
                    assertThat(event.reason() == null).isEqualTo(event.phase().compareTo(ConnectionPhase.OPEN) <= 0);
                });
                assertThat(dialed.reversed().get(1).reason().text()).isEqualTo("enough");
                assertThat(dialed.getLast().reason().code()).isEqualTo(7);
                assertThat(dialed.getLast().reason().remote()).isFalse();
                assertThat(dialed.getLast().toString()).contains(name, bob.id().toString(), "CLOSED");

                List<ConnectionPhaseChanged> accepted = untilClosed(bob, atBob);
                assertThat(phases(accepted)).containsExactly(expected(false, upgraded));
                assertThat(accepted.getFirst().peer()).isNull();
                assertThat(accepted.subList(1, accepted.size()))
                        .extracting(ConnectionPhaseChanged::peer)
                        .containsOnly(alice.id());
                assertThat(accepted.getLast().reason().remote()).isTrue();
            }
        });
    }

    @Test
    void anAttemptThatComesToNothingIsClosedWithItsCause() {
        World.underManySeeds(world -> {
            world.withoutBeliefs();
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            TestNode strict = world.node(
                    "strict",
                    host -> host.gater(new ConnectionGater() {
                        @Override
                        public boolean interceptUpgraded(Connection connection) {
                            return false;
                        }
                    }));
            PeerId other = strict.id();
            try (Subscription<ConnectionPhaseChanged> atAlice =
                            alice.host().events().subscribe(ConnectionPhaseChanged.class);
                    Subscription<ConnectionPhaseChanged> atStrict =
                            strict.host().events().subscribe(ConnectionPhaseChanged.class)) {
                PeerAddress wrong = PeerAddress.of(other, bob.host().addresses());
                assertThatThrownBy(() -> alice.host().connect(wrong)).isInstanceOf(IOException.class);
                List<ConnectionPhaseChanged> mismatch = untilClosed(alice, atAlice);
                assertThat(phases(mismatch)).startsWith(ConnectionPhase.DIALING).doesNotContain(ConnectionPhase.OPEN);
                assertThat(mismatch.getLast().reason().cause()).isInstanceOf(PeerMismatchException.class);

                Multiaddr nothing = Multiaddr.parse(World.address("10.0.0.2", 9));
                assertThatThrownBy(() -> alice.host().connect(PeerAddress.of(bob.id(), List.of(nothing))))
                        .isInstanceOf(IOException.class);
                List<ConnectionPhaseChanged> refused = untilClosed(alice, atAlice);
                assertThat(phases(refused)).containsExactly(ConnectionPhase.DIALING, ConnectionPhase.CLOSED);
                assertThat(refused.getFirst().remote()).isEqualTo(nothing);

                bob.connect(strict); // is open here before the other end refuses
                List<ConnectionPhaseChanged> gated = untilClosed(strict, atStrict);
                assertThat(phases(gated)).startsWith(ConnectionPhase.SECURING).doesNotContain(ConnectionPhase.OPEN);
                assertThat(gated.getLast().peer()).isEqualTo(bob.id());
                assertThat(gated.getLast().reason().text()).contains("upgraded");
            }
        });
    }

    @Test
    void aHandlerThatHangsDelaysNoConnection() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            CountDownLatch called = new CountDownLatch(1);
            CountDownLatch hangs = new CountDownLatch(1);
            try (EventRegistration registration = alice.host()
                    .events()
                    .subscribe(ConnectionPhaseChanged.class, event -> {
                        called.countDown();
                        awaitQuietly(hangs);
                    })) {
                alice.connect(bob).close(0, "first");
                called.await();
                for (int i = 0; i < 5; i++) {
                    alice.connect(bob).close(0, "another");
                }
                assertThat(registration.dropped()).isZero();
            }
            hangs.countDown();
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
