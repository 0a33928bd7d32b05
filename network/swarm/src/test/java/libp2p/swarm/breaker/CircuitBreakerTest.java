package libp2p.swarm.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.simulator.Simulation;
import libp2p.swarm.breaker.CircuitBreakers.Options;
import libp2p.swarm.breaker.CircuitBreakers.State;
import libp2p.swarm.testing.Peers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CircuitBreakerTest {
    /**
     * Each row is a list of events: {@code e} enters and keeps the ticket, {@code x} is refused, {@code s}, {@code f}
     * and {@code a} hand the oldest ticket back (succeeded, failed, abandoned), {@code S} and {@code F} the newest,
     * {@code r} is a success by other means, a number lets so many seconds pass; then the state.
     */
    @ParameterizedTest
    @CsvSource({
        "'', CLOSED",
        "e s, CLOSED",
        "e f e f e f e f, CLOSED",
        "e f e f e f e f e f x, OPEN",
        "e f e f e f e f e s e f e f e f e f, CLOSED",
        "e e e e e f f f f f x, OPEN",
        "e e e e e e f f f f f s x, OPEN",
        "e e e e e e f f f f f f x, OPEN",
        "e f e f e f e f e f 29 x, OPEN",
        "e f e f e f e f e f 30, HALF_OPEN",
        "e f e f e f e f e f 30 e x x, HALF_OPEN",
        "e f e f e f e f e f 30 e s e e e, CLOSED",
        "e f e f e f e f e f 30 e f x, OPEN",
        "e f e f e f e f e f 30 e f 29 x, OPEN",
        "e f e f e f e f e f 30 e f 30 e s, CLOSED",
        "e f e f e f e f e f 30 e a e x, HALF_OPEN",
        "e f e f e f e f e f 30 e 29 x, HALF_OPEN",
        "e f e f e f e f e f 30 e 30 e x, HALF_OPEN",
        "e f e f e f e f e f 30 e 30 e s x, HALF_OPEN",
        "e f e f e f e f e f 30 e 30 e S, CLOSED",
        "e f e f e f e f e f 30 e 30 e F, OPEN",
        "e e f e f e f e f e f 30 e s, HALF_OPEN",
        "e f e f e f e f e f r e, CLOSED",
        "e f e f e f e f r e f, CLOSED",
        "e f e f e f e f e f 30 e r f, CLOSED",
        "e a e a e a e a e a e a e, CLOSED",
    })
    void followsTheTable(String events, State state) {
        CircuitBreaker breaker = new CircuitBreaker(Options.DEFAULT);
        List<Long> tickets = new ArrayList<>();
        long now = Duration.ofHours(1).toNanos();
        for (String event : events.isEmpty() ? new String[0] : events.split(" ", -1)) {
            switch (event) {
                case "e" -> {
                    long ticket = breaker.enter(now);
                    assertThat(ticket).as(events).isNotEqualTo(CircuitBreaker.REFUSED);
                    tickets.add(ticket);
                }
                case "x" -> assertThat(breaker.enter(now)).as(events).isEqualTo(CircuitBreaker.REFUSED);
                case "s" -> breaker.succeeded(tickets.removeFirst(), now);
                case "S" -> breaker.succeeded(tickets.removeLast(), now);
                case "f" -> breaker.failed(tickets.removeFirst(), now);
                case "F" -> breaker.failed(tickets.removeLast(), now);
                case "a" -> breaker.abandoned(tickets.removeFirst());
                case "r" -> breaker.reset(now);
                default -> now += Duration.ofSeconds(Long.parseLong(event)).toNanos();
            }
        }
        assertThat(breaker.state(now)).isEqualTo(state);
    }

    @Test
    void halfOpenNeverAdmitsTwoWhateverHappens() {
        SplittableRandom random = new SplittableRandom(1);
        CircuitBreaker breaker = new CircuitBreaker(Options.DEFAULT);
        List<Long> tickets = new ArrayList<>();
        long now = 1;
        long admitted = Long.MIN_VALUE;
        long admittedAt = 0;
        for (int i = 0; i < 200_000; i++) {
            now += random.nextLong(Duration.ofSeconds(8).toNanos());
            State before = breaker.state(now);
            if (tickets.isEmpty() || random.nextInt(3) == 0) {
                long ticket = breaker.enter(now);
                assertThat(ticket == CircuitBreaker.REFUSED)
                        .as("closed always admits, open never")
                        .isIn(before != State.CLOSED, before == State.OPEN);
                if (ticket != CircuitBreaker.REFUSED) {
                    if (before == State.HALF_OPEN) {
                        assertThat(tickets.contains(admitted) && now - admittedAt < 30_000_000_000L)
                                .isFalse();
                        admitted = ticket;
                        admittedAt = now;
                    }
                    tickets.add(ticket);
                }
            } else {
                long ticket = tickets.remove(random.nextInt(tickets.size()));
                switch (random.nextInt(4)) {
                    case 0 -> breaker.succeeded(ticket, now);
                    case 1 -> breaker.abandoned(ticket);
                    default -> breaker.failed(ticket, now);
                }
            }
        }
        assertThat(admitted).as("half open was reached").isNotEqualTo(Long.MIN_VALUE);
    }

    @Test
    void everyPeerHasABreakerOfItsOwnAndTheErrorSaysHowLongToWait() {
        Simulation.run(1, simulation -> {
            CircuitBreakers breakers = new CircuitBreakers(simulation.host("a"), Options.DEFAULT.withPeers(10));
            for (int i = 0; i < 5; i++) {
                breakers.enter(Peers.id(1)).failed();
            }
            simulation.sleep(Duration.ofSeconds(18));
            assertThatThrownBy(() -> breakers.enter(Peers.id(1)))
                    .isInstanceOf(CircuitOpenException.class)
                    .hasMessageContaining("failed 5 times in a row")
                    .hasMessageContaining("12000 ms");
            breakers.enter(Peers.id(2)).succeeded();
            simulation.sleep(Duration.ofSeconds(12));
            CircuitBreakers.Permit one = breakers.enter(Peers.id(1));
            assertThatThrownBy(() -> breakers.enter(Peers.id(1))).isInstanceOf(IOException.class);
            one.succeeded();
            one.failed();
            breakers.enter(Peers.id(1)).abandoned();
            assertThat(breakers.size()).as("nothing is left to remember").isZero();
        });
    }

    @Test
    void aPeerReachedByOtherMeansIsTriedAgain() {
        Simulation.run(1, simulation -> {
            CircuitBreakers breakers = new CircuitBreakers(simulation.host("a"), Options.DEFAULT.withPeers(10));
            for (int i = 0; i < 5; i++) {
                breakers.enter(Peers.id(1)).failed();
            }
            breakers.reached(Peers.id(1));
            breakers.enter(Peers.id(1)).abandoned();
        });
    }

    @Test
    void remembersABoundedNumberOfPeers() {
        Simulation.run(1, simulation -> {
            CircuitBreakers breakers = new CircuitBreakers(simulation.host("a"), Options.DEFAULT.withPeers(100));
            for (int i = 0; i < 10_000; i++) {
                breakers.enter(Peers.id(i)).failed();
            }
            assertThat(breakers.size()).isEqualTo(100);
        });
    }

    /** The table of the seed's {@code Call}, with a listener as its {@code onStateChange}. */
    @Test
    void callsAreCountedByTheirOutcomeAndChangesAreTold() {
        Simulation.run(1, simulation -> {
            List<String> changes = new ArrayList<>();
            CircuitBreakers breakers = new CircuitBreakers(
                    simulation.host("a"),
                    Options.DEFAULT,
                    (peer, from, to) -> changes.add(from + " " + to + (peer.equals(Peers.id(1)) ? "" : " of another")));
            assertThat(breakers.<String, RuntimeException>call(Peers.id(1), () -> "answer"))
                    .isEqualTo("answer");
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> fail(breakers, new IOException("no answer")))
                        .hasMessage("no answer");
            }
            assertThat(breakers.state(Peers.id(1))).isEqualTo(State.OPEN);
            assertThatThrownBy(() -> fail(breakers, new AssertionError("tried")))
                    .isInstanceOfSatisfying(CircuitOpenException.class, open -> {
                        assertThat(open.peer()).isEqualTo(Peers.id(1));
                        assertThat(open.failures()).isEqualTo(5);
                        assertThat(open.remaining()).isEqualTo(Duration.ofSeconds(30));
                        assertThat(open.isRetryable()).isTrue();
                    });
            simulation.sleep(Duration.ofSeconds(30));
            assertThat(breakers.state(Peers.id(1))).isEqualTo(State.HALF_OPEN);
            assertThatThrownBy(() -> fail(breakers, new DeadlineExceededException("late")))
                    .hasMessageContaining("late");
            simulation.sleep(Duration.ofSeconds(30));
            breakers.<Boolean, IOException>call(Peers.id(1), () -> {
                assertThat(breakers.state(Peers.id(1))).isEqualTo(State.HALF_OPEN);
                assertThatThrownBy(() -> fail(breakers, new AssertionError("tried")))
                        .as("another call meanwhile; the seed would wait for it under its lock")
                        .isInstanceOf(CircuitOpenException.class);
                return true;
            });
            assertThat(breakers.size()).isZero();
            assertThat(changes)
                    .containsExactly(
                            "CLOSED OPEN", "OPEN HALF_OPEN", "HALF_OPEN OPEN", "OPEN HALF_OPEN", "HALF_OPEN CLOSED");
        });
    }

    /** An interrupt and an error of this program say nothing about the peer, and give the place back. */
    @Test
    void interruptsAndErrorsAreNoFailuresOfThePeer() {
        Simulation.run(1, simulation -> {
            CircuitBreakers breakers =
                    new CircuitBreakers(simulation.host("a"), new Options(1, Duration.ofSeconds(9), 3));
            assertThatThrownBy(() -> fail(breakers, new InterruptedIOException()))
                    .isNotNull();
            assertThatThrownBy(() -> fail(breakers, new InterruptedException())).isNotNull();
            assertThatThrownBy(() -> fail(breakers, new StackOverflowError())).isNotNull();
            assertThat(breakers.state(Peers.id(1))).isEqualTo(State.CLOSED);
            assertThatThrownBy(() -> fail(breakers, new IOException())).isNotNull();
            simulation.sleep(Duration.ofSeconds(9));
            assertThatThrownBy(() -> fail(breakers, new InterruptedException())).isNotNull();
            assertThatThrownBy(() -> fail(breakers, new StackOverflowError())).isNotNull();
            breakers.enter(Peers.id(1)).succeeded();
            assertThat(breakers.state(Peers.id(1))).isEqualTo(State.CLOSED);
        });
    }

    private static void fail(CircuitBreakers breakers, Throwable outcome) throws Exception {
        breakers.<String, Exception>call(Peers.id(1), () -> {
            if (outcome instanceof Exception exception) {
                throw exception;
            }
            throw (Error) outcome;
        });
    }

    @Test
    void breakersThatNeverOpenOrNeverCloseAreRefused() {
        assertThatThrownBy(() -> new Options(0, Duration.ofSeconds(1), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Options(1, Duration.ZERO, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Options(1, Duration.ofSeconds(1), 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
