package libp2p.application.state;

import static libp2p.application.state.PeerEvent.CLOSED;
import static libp2p.application.state.PeerEvent.CONNECT;
import static libp2p.application.state.PeerEvent.DISCONNECT;
import static libp2p.application.state.PeerEvent.HANDSHAKE_COMPLETE;
import static libp2p.application.state.PeerEvent.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.core.identity.PeerId;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Test;

class PeerStateMachineTest {
    private static final PeerId PEER = PeerId.fromBytes(
            ByteBuffer.allocate(34).put((byte) 0x12).put((byte) 32).array());

    private interface Story {
        void tell(Simulation simulation, SimulatedEnvironment host, PeerStateMachine machine) throws Exception;
    }

    private static void play(Story story) {
        Simulation.of(1).run(simulation -> {
            SimulatedEnvironment host = simulation.host("host");
            try (PeerStateMachine machine = PeerStateMachine.of(PEER, host, PeerStateLimits.DEFAULT)) {
                story.tell(simulation, host, machine);
            }
            assertThat(host.armedTimers()).isZero();
        });
    }

    /** A way into each state. */
    private static final Map<PeerState, List<PeerEvent>> WAYS = new EnumMap<>(Map.of(
            PeerState.IDLE, List.of(),
            PeerState.CONNECTING, List.of(CONNECT),
            PeerState.HANDSHAKING, List.of(CONNECT, PeerEvent.CONNECTED),
            PeerState.CONNECTED, List.of(CONNECT, PeerEvent.CONNECTED, HANDSHAKE_COMPLETE),
            PeerState.DISCONNECTING, List.of(CONNECT, PeerEvent.CONNECTED, HANDSHAKE_COMPLETE, DISCONNECT),
            PeerState.ERROR, List.of(CONNECT, PeerEvent.ERROR)));

    /** The function defineTransitions of the document that the machine comes from, line by line: 13 of 36 cells. */
    private static final Map<PeerState, Map<PeerEvent, PeerState>> DOCUMENT = new EnumMap<>(Map.of(
            PeerState.IDLE, Map.of(CONNECT, PeerState.CONNECTING),
            PeerState.CONNECTING,
                    Map.of(
                            PeerEvent.CONNECTED,
                            PeerState.HANDSHAKING,
                            PeerEvent.ERROR,
                            PeerState.ERROR,
                            TIMEOUT,
                            PeerState.ERROR),
            PeerState.HANDSHAKING,
                    Map.of(
                            HANDSHAKE_COMPLETE,
                            PeerState.CONNECTED,
                            PeerEvent.ERROR,
                            PeerState.ERROR,
                            TIMEOUT,
                            PeerState.ERROR),
            PeerState.CONNECTED, Map.of(DISCONNECT, PeerState.DISCONNECTING, PeerEvent.ERROR, PeerState.ERROR),
            PeerState.DISCONNECTING,
                    Map.of(CONNECT, PeerState.IDLE, PeerEvent.ERROR, PeerState.IDLE, TIMEOUT, PeerState.IDLE),
            PeerState.ERROR, Map.of(CONNECT, PeerState.CONNECTING)));

    private void requireCell(PeerState state, PeerEvent event, PeerState next) {
        play((simulation, host, machine) -> {
            WAYS.get(state).forEach(machine::send);
            assertThat(machine.state()).isEqualTo(state);
            if (next == null) {
                assertThatThrownBy(() -> machine.send(event))
                        .isInstanceOfSatisfying(IllegalPeerEventException.class, refusal -> {
                            assertThat(refusal.state()).isEqualTo(state);
                            assertThat(refusal.event()).isEqualTo(event);
                        })
                        .hasMessageContaining(state.name())
                        .hasMessageContaining(event.name())
                        .hasMessageContaining(PEER.toString());
                assertThat(machine.state()).isEqualTo(state);
            } else {
                assertThat(machine.send(event)).isEqualTo(next);
                assertThat(machine.state()).isEqualTo(next);
            }
        });
    }

    @Test
    void theTableOfTheDocumentHolds() {
        int legal = 0;
        int cells = 0;
        for (PeerState state : PeerState.values()) {
            for (PeerEvent event : PeerEvent.values()) {
                if (event != CLOSED) {
                    PeerState next = DOCUMENT.get(state).get(event);
                    requireCell(state, event, next);
                    cells++;
                    legal += next == null ? 0 : 1;
                }
            }
        }
        assertThat(cells).isEqualTo(36);
        assertThat(legal).isEqualTo(13);
    }

    @Test
    void theEventThatTheDocumentLacksEndsDisconnectingAndNothingElse() {
        for (PeerState state : PeerState.values()) {
            requireCell(state, CLOSED, state == PeerState.DISCONNECTING ? PeerState.IDLE : null);
        }
    }

    @Test
    void threeStatesHaveATimeByTheClockOfTheEnvironment() {
        Map<PeerState, Duration> times = Map.of(
                PeerState.CONNECTING, Duration.ofSeconds(30),
                PeerState.HANDSHAKING, Duration.ofSeconds(10),
                PeerState.DISCONNECTING, Duration.ofSeconds(5));
        for (PeerState state : PeerState.values()) {
            play((simulation, host, machine) -> {
                WAYS.get(state).forEach(machine::send);
                if (times.containsKey(state)) {
                    simulation.sleep(times.get(state).minusMillis(1));
                    assertThat(machine.state()).isEqualTo(state);
                    simulation.sleep(Duration.ofMillis(2));
                    assertThat(machine.state()).isEqualTo(DOCUMENT.get(state).get(TIMEOUT));
                } else {
                    simulation.sleep(Duration.ofHours(1));
                    assertThat(machine.state()).isEqualTo(state);
                }
            });
        }
    }

    @Test
    void theTimeOfAStateEndsWithIt() {
        play((simulation, host, machine) -> {
            machine.send(CONNECT);
            simulation.sleep(Duration.ofSeconds(29));
            machine.send(PeerEvent.CONNECTED);
            simulation.sleep(Duration.ofSeconds(9)); // beyond the 30 seconds of the state before
            assertThat(machine.state()).isEqualTo(PeerState.HANDSHAKING);
            machine.send(HANDSHAKE_COMPLETE);
            assertThat(host.armedTimers()).isZero();
        });
    }

    @Test
    void hooksRunInTheOrderOfTheStepsAndMaySendEvents() {
        play((simulation, host, machine) -> {
            LinkedBlockingQueue<String> called = new LinkedBlockingQueue<>();
            machine.onEnter(PeerState.CONNECTING, step -> {
                called.add(step.toString());
                machine.send(PeerEvent.CONNECTED);
            });
            machine.onEnter(PeerState.HANDSHAKING, step -> {
                called.add(step.toString());
                machine.send(HANDSHAKE_COMPLETE);
                throw new IllegalStateException("test"); // logged
            });
            machine.onEnter(PeerState.CONNECTED, step -> called.add(step.toString()));
            machine.send(CONNECT);
            assertThat(called.take()).isEqualTo("IDLE -> CONNECTING (CONNECT)");
            assertThat(called.take()).isEqualTo("CONNECTING -> HANDSHAKING (CONNECTED)");
            assertThat(called.take()).isEqualTo("HANDSHAKING -> CONNECTED (HANDSHAKE_COMPLETE)");
            assertThat(machine.state()).isEqualTo(PeerState.CONNECTED);
            assertThat(machine.missed()).isZero();
        });
    }

    @Test
    void aHookThatHangsHoldsABoundedNumberOfStepsBack() {
        play((simulation, host, machine) -> {
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch hangs = new CountDownLatch(1);
            List<PeerTransition> later = new ArrayList<>();
            machine.onEnter(PeerState.CONNECTING, step -> {
                entered.countDown();
                try {
                    hangs.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            machine.onEnter(PeerState.ERROR, later::add);
            machine.send(CONNECT);
            entered.await();
            int rounds = PeerStateLimits.DEFAULT.transitions();
            for (int i = 0; i < rounds; i++) {
                machine.send(PeerEvent.ERROR);
                machine.send(CONNECT);
            }
            assertThat(machine.missed()).isEqualTo(rounds);
            hangs.countDown();
            simulation.settle();
            assertThat(later).hasSize(rounds / 2);
        });
    }

    /** As by what a peer has sent, nested too deeply. */
    @Test
    void aHookThatOverflowsTheStackEndsNoOther() {
        play((simulation, host, machine) -> {
            List<PeerTransition> later = new ArrayList<>();
            machine.onEnter(PeerState.CONNECTING, step -> {
                throw new StackOverflowError("test");
            });
            machine.onEnter(PeerState.ERROR, later::add);
            machine.send(CONNECT);
            simulation.settle();
            machine.send(PeerEvent.ERROR);
            simulation.settle();
            assertThat(later).hasSize(1);
        });
    }

    @Test
    void aClosedMachineTakesNoEvents() {
        play((simulation, host, machine) -> {
            machine.send(CONNECT);
            machine.close();
            simulation.sleep(Duration.ofMinutes(1));
            assertThat(machine.state()).isEqualTo(PeerState.CONNECTING);
            assertThatThrownBy(() -> machine.send(PeerEvent.CONNECTED)).hasMessageContaining("closed");
        });
    }
}
