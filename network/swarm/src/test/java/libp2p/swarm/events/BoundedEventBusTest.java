package libp2p.swarm.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.event.EventRegistration;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.AddressesChanged;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.HostEvent.PeerProtocolsChanged;
import libp2p.core.event.HostEvent.ProtocolsChanged;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.event.HostEvent.ReachabilityChanged;
import libp2p.core.event.Subscription;
import libp2p.core.identity.PeerId;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import libp2p.swarm.testing.Peers;
import org.junit.jupiter.api.Test;

class BoundedEventBusTest {
    private record Plain(int number) implements HostEvent {}

    @FunctionalInterface
    private interface Scene {
        void play(Simulation simulation, SimulatedEnvironment host, BoundedEventBus bus) throws Exception;
    }

    private static void play(int seeds, int capacity, Scene scene) {
        for (long seed = 1; seed <= seeds; seed++) {
            Simulation.run(seed, simulation -> {
                SimulatedEnvironment host = simulation.host("host");
                scene.play(simulation, host, new BoundedEventBus(host, capacity));
            });
        }
    }

    private static ConnectednessChanged state(int peer, Connectedness connectedness) {
        return new ConnectednessChanged(Peers.id(peer), connectedness);
    }

    private static void pause(Simulation simulation, Duration time) {
        try {
            simulation.sleep(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException("no thread interrupts", e);
        }
    }

    private static List<HostEvent> drain(Subscription<? extends HostEvent> subscription) {
        List<HostEvent> events = new ArrayList<>();
        HostEvent event;
        while ((event = subscription.poll()) != null) {
            events.add(event);
        }
        return events;
    }

    @Test
    void givesEverySubscriberTheEventsOfItsTypeInOrder() {
        play(1, 10, (simulation, host, bus) -> {
            bus.publish(new Plain(0));
            Subscription<HostEvent> all = bus.subscribe(HostEvent.class);
            Subscription<Plain> plain = bus.subscribe(Plain.class);
            bus.publish(new Plain(1));
            bus.publish(state(1, Connectedness.CONNECTED));
            bus.publish(new Plain(2));
            assertThat(drain(all)).containsExactly(new Plain(1), state(1, Connectedness.CONNECTED), new Plain(2));
            assertThat(plain.take(Deadline.NONE)).isEqualTo(new Plain(1));
            assertThat(plain.take(Deadline.NONE)).isEqualTo(new Plain(2));
            assertThat(plain.poll()).isNull();
        });
    }

    @Test
    void takeWaitsForAnEventButNotBeyondItsDeadline() {
        play(20, 10, (simulation, host, bus) -> {
            Subscription<Plain> plain = bus.subscribe(Plain.class);
            host.schedule(Duration.ofSeconds(3).toNanos(), () -> bus.publish(new Plain(1)));
            assertThat(plain.take(Deadline.after(host, Duration.ofSeconds(2)))).isNull();
            assertThat(simulation.elapsed()).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2100));
            assertThat(plain.take(Deadline.NONE)).isEqualTo(new Plain(1));
            assertThat(simulation.elapsed()).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3100));
        });
    }

    @Test
    void aTakerIsWokenForWhatItWantsAndNoMoreOftenThanItSays() {
        play(20, 10, (simulation, host, bus) -> {
            Subscription<Plain> odd =
                    bus.subscribe(Plain.class, event -> event.number() % 2 == 1, Duration.ofSeconds(5));
            bus.publish(new Plain(1));
            bus.publish(new Plain(2));
            assertThat(odd.take(Deadline.NONE)).as("the first at once").isEqualTo(new Plain(1));
            assertThat(simulation.elapsed()).isLessThan(Duration.ofMillis(100));
            host.schedule(Duration.ofSeconds(1).toNanos(), () -> bus.publish(new Plain(3)));
            host.schedule(Duration.ofSeconds(2).toNanos(), () -> bus.publish(new Plain(4)));
            host.schedule(Duration.ofSeconds(2).toNanos(), () -> bus.publish(new Plain(5)));
            assertThat(odd.take(Deadline.after(host, Duration.ofSeconds(3)))).isNull();
            assertThat(simulation.elapsed()).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3200));
            assertThat(odd.take(Deadline.NONE)).isEqualTo(new Plain(3));
            assertThat(odd.take(Deadline.NONE)).as("of the same batch").isEqualTo(new Plain(5));
            assertThat(simulation.elapsed()).isBetween(Duration.ofSeconds(5), Duration.ofMillis(5200));
            assertThat(odd.poll()).isNull();
        });
    }

    @Test
    void closingEndsTheWaitForTheNextBatch() {
        play(20, 10, (simulation, host, bus) -> {
            Subscription<Plain> plain = bus.subscribe(Plain.class, event -> true, Duration.ofHours(1));
            bus.publish(new Plain(1));
            assertThat(plain.take(Deadline.NONE)).isEqualTo(new Plain(1));
            assertThat(plain.poll()).isNull();
            bus.publish(new Plain(2));
            host.schedule(Duration.ofSeconds(1).toNanos(), plain::close);
            assertThat(plain.take(Deadline.NONE)).isNull();
            assertThat(simulation.elapsed()).isLessThan(Duration.ofSeconds(2));
        });
    }

    @Test
    void aFullQueueDropsAndCountsTheNewestOfPlainEvents() {
        play(1, 3, (simulation, host, bus) -> {
            Subscription<Plain> plain = bus.subscribe(Plain.class);
            for (int i = 0; i < 10; i++) {
                bus.publish(new Plain(i));
            }
            assertThat(plain.dropped()).isEqualTo(7);
            assertThat(drain(plain)).containsExactly(new Plain(0), new Plain(1), new Plain(2));
            bus.publish(new Plain(11));
            assertThat(plain.take(Deadline.NONE)).isEqualTo(new Plain(11));
        });
    }

    private static PeerIdentified talkative() {
        List<String> protocols = Collections.nCopies(1000, "/p".repeat(100));
        Connection connection = (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> null);
        return new PeerIdentified(connection, Peers.id(1), null, null, protocols, List.of(), null, false);
    }

    @Test
    void whatPeersSayAboutThemselvesFillsAQueueByItsBytes() {
        play(1, 1000, (simulation, host, bus) -> {
            bus.publish(state(1, Connectedness.CONNECTED));
            Subscription<HostEvent> all = bus.subscribe(HostEvent.class);
            for (int i = 0; i < 500; i++) {
                bus.publish(talkative());
            }
            int fitting = (int) (BoundedEventBus.MOST_BYTES / 264_000);
            assertThat(all.dropped()).isEqualTo(500 - fitting);
            bus.publish(new Plain(1));
            bus.publish(state(1, Connectedness.CONNECTED));
            assertThat(drain(all)).hasSize(fitting + 2);
            bus.publish(talkative());
            assertThat(drain(all)).hasSize(1);
        });
    }

    @Test
    void aStateTakesThePlaceOfAPlainEvent() {
        play(1, 3, (simulation, host, bus) -> {
            Subscription<HostEvent> all = bus.subscribe(HostEvent.class);
            for (int i = 0; i < 3; i++) {
                bus.publish(new Plain(i));
            }
            bus.publish(new AddressesChanged(List.of()));
            assertThat(all.dropped()).isEqualTo(1);
            assertThat(drain(all)).containsExactly(new Plain(1), new Plain(2), new AddressesChanged(List.of()));
        });
    }

    @Test
    void statesOfOneSubjectAreMergedWhenTheQueueIsFull() {
        play(1, 2, (simulation, host, bus) -> {
            Subscription<HostEvent> all = bus.subscribe(HostEvent.class);
            for (int i = 0; i < 100; i++) {
                bus.publish(new ProtocolsChanged(List.of("/" + i)));
                bus.publish(new AddressesChanged(List.of(Peers.address(i))));
            }
            assertThat(all.dropped()).isZero();
            assertThat(drain(all))
                    .containsExactly(
                            new ProtocolsChanged(List.of("/99")), new AddressesChanged(List.of(Peers.address(99))));
        });
    }

    @Test
    void peersThatCameAndWentUnseenLeaveNothingBehind() {
        play(1, 8, (simulation, host, bus) -> {
            Subscription<ConnectednessChanged> states = bus.subscribe(ConnectednessChanged.class);
            bus.publish(state(0, Connectedness.CONNECTED));
            states.take(Deadline.NONE);
            for (int peer = 1; peer < 100_000; peer++) {
                bus.publish(state(peer, Connectedness.CONNECTED));
                bus.publish(state(peer, Connectedness.NOT_CONNECTED));
            }
            bus.publish(state(0, Connectedness.NOT_CONNECTED));
            List<HostEvent> left = drain(states);
            assertThat(left).hasSizeLessThan(20).contains(state(0, Connectedness.NOT_CONNECTED));
        });
    }

    @Test
    void theLastStateOfEveryPeerIsNeverLostHoweverSlowTheTaker() {
        play(10, 16, (simulation, host, bus) -> {
            RandomGenerator random = simulation.random("events");
            Subscription<ConnectednessChanged> states = bus.subscribe(ConnectednessChanged.class);
            Map<PeerId, Connectedness> truth = new HashMap<>();
            Map<PeerId, Connectedness> seen = new HashMap<>();
            for (int i = 0; i < 20_000; i++) {
                PeerId peer = Peers.id(random.nextInt(100));
                Connectedness now = Connectedness.values()[random.nextInt(3)];
                if (truth.getOrDefault(peer, Connectedness.NOT_CONNECTED) != now) {
                    truth.put(peer, now);
                    bus.publish(new ConnectednessChanged(peer, now));
                }
                if (random.nextInt(8) == 0) {
                    ConnectednessChanged event = states.poll();
                    if (event != null) {
                        assertThat(seen.put(event.peer(), event.connectedness()))
                                .as("a change is a change")
                                .isNotEqualTo(event.connectedness());
                    }
                }
            }
            ConnectednessChanged event;
            while ((event = states.poll()) != null) {
                seen.put(event.peer(), event.connectedness());
            }
            truth.forEach((peer, state) -> assertThat(seen.getOrDefault(peer, Connectedness.NOT_CONNECTED))
                    .isEqualTo(state));
        });
    }

    @Test
    void whatConnectedPeersSpeakIsNeverLostHoweverSlowTheTaker() {
        play(10, 16, (simulation, host, bus) -> {
            RandomGenerator random = simulation.random("protocols");
            Subscription<HostEvent> all = bus.subscribe(HostEvent.class);
            Map<PeerId, List<String>> truth = new HashMap<>();
            Map<PeerId, List<String>> seen = new HashMap<>();
            for (int i = 0; i < 5000; i++) {
                PeerId peer = Peers.id(random.nextInt(60));
                if (!truth.containsKey(peer)) {
                    truth.put(peer, List.of());
                    bus.publish(new ConnectednessChanged(peer, Connectedness.CONNECTED));
                } else if (random.nextInt(4) == 0) {
                    truth.remove(peer);
                    bus.publish(new ConnectednessChanged(peer, Connectedness.NOT_CONNECTED));
                    bus.publish(new PeerProtocolsChanged(peer, List.of("/too-late")));
                } else {
                    truth.put(peer, List.of("/p/" + i));
                    bus.publish(new PeerProtocolsChanged(peer, truth.get(peer)));
                }
                if (random.nextInt(30) == 0) {
                    note(all.poll(), seen);
                }
            }
            HostEvent event;
            while ((event = all.poll()) != null) {
                note(event, seen);
            }
            assertThat(seen).containsOnlyKeys(truth.keySet());
            truth.forEach((peer, protocols) -> {
                if (!protocols
                        .isEmpty()) { // one that came back and has not spoken yet may be thought to speak as before
                    assertThat(seen.get(peer)).isEqualTo(protocols);
                }
            });
        });
    }

    private static void note(HostEvent event, Map<PeerId, List<String>> seen) {
        switch (event) {
            case ConnectednessChanged changed
            when changed.connectedness() == Connectedness.NOT_CONNECTED -> seen.remove(changed.peer());
            case ConnectednessChanged changed -> seen.putIfAbsent(changed.peer(), List.of());
            case PeerProtocolsChanged changed -> {
                assertThat(changed.protocols()).doesNotContain("/too-late");
                assertThat(seen).as("connected before it speaks").containsKey(changed.peer());
                seen.put(changed.peer(), changed.protocols());
            }
            case null, default -> {}
        }
    }

    @Test
    void aSubscriberGetsTheCurrentValueFirst() {
        play(1, 10, (simulation, host, bus) -> {
            assertThat(bus.subscribe(ReachabilityChanged.class).poll())
                    .as("nothing is known yet")
                    .isNull();
            bus.publish(new ReachabilityChanged(Reachability.PRIVATE));
            bus.publish(new ReachabilityChanged(Reachability.PUBLIC));
            bus.publish(new Plain(1));
            Subscription<HostEvent> late = bus.subscribe(HostEvent.class);
            bus.publish(new Plain(2));
            assertThat(drain(late)).containsExactly(new ReachabilityChanged(Reachability.PUBLIC), new Plain(2));
        });
    }

    private record Held(int place, boolean isCurrentValue) implements HostEvent {
        @Override
        public Object subject() {
            return List.of(Held.class, place);
        }
    }

    @Test
    void aValueThatHasEndedIsToldToNoNewSubscriber() {
        play(1, 10, (simulation, host, bus) -> {
            bus.publish(new Held(1, true));
            bus.publish(new Held(2, true));
            bus.publish(new Held(1, false));
            assertThat(drain(bus.subscribe(Held.class))).containsExactly(new Held(2, true));
        });
    }

    private record Temperature(int room, int degrees) implements HostEvent {
        @Override
        public Object subject() {
            return List.of(Temperature.class, room);
        }
    }

    @Test
    void otherModulesSayWhatTheirEventsAreTheStateOf() {
        play(1, 3, (simulation, host, bus) -> {
            Subscription<HostEvent> all = bus.subscribe(HostEvent.class);
            for (int i = 0; i < 100; i++) {
                bus.publish(new Temperature(i % 2, i));
                bus.publish(new Plain(i));
            }
            assertThat(drain(all)).contains(new Temperature(0, 98), new Temperature(1, 99));
        });
    }

    @Test
    void closingWakesTheTakerAndEndsTheSubscription() {
        play(50, 10, (simulation, host, bus) -> {
            Subscription<Plain> plain = bus.subscribe(Plain.class);
            SimulatedTask taker = simulation.spawn("taker", () -> {
                while (plain.take(Deadline.NONE) != null) {
                    simulation.schedulePoint();
                }
            });
            SimulatedTask publisher = simulation.spawn("publisher", () -> {
                for (int i = 0; i < 20; i++) {
                    bus.publish(new Plain(i));
                    simulation.schedulePoint();
                }
            });
            SimulatedTask closer = simulation.spawn("closer", () -> {
                plain.close();
                plain.close();
            });
            taker.join();
            publisher.join();
            closer.join();
            bus.publish(new Plain(99));
            assertThat(plain.poll()).isNull();
            assertThat(plain.take(Deadline.NONE)).isNull();
        });
    }

    @Test
    void anInterruptEndsTheWaitAndLosesNoEvent() {
        play(50, 10, (simulation, host, bus) -> {
            Subscription<Plain> plain = bus.subscribe(Plain.class);
            List<Integer> taken = new ArrayList<>();
            Thread[] thread = new Thread[1];
            SimulatedTask taker = simulation.spawn("taker", () -> {
                thread[0] = Thread.currentThread();
                for (int i = 0; i < 3; ) {
                    try {
                        Plain event = plain.take(Deadline.NONE);
                        taken.add(event == null ? -1 : event.number());
                        i++;
                    } catch (InterruptedException again) {
                        assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    }
                }
            });
            simulation.settle();
            SimulatedTask interrupter = simulation.spawn("interrupter", () -> {
                for (int i = 0; i < 3; i++) {
                    thread[0].interrupt();
                    simulation.schedulePoint();
                }
            });
            for (int i = 0; i < 3; i++) {
                bus.publish(new Plain(i));
                simulation.schedulePoint();
            }
            interrupter.join();
            taker.join();
            assertThat(taken).containsExactly(0, 1, 2);
        });
    }

    @Test
    void aHandlerIsCalledWithEveryEventInOrderAndOneAtATime() {
        play(200, 100, (simulation, host, bus) -> {
            List<Integer> handled = new ArrayList<>();
            AtomicInteger running = new AtomicInteger();
            EventRegistration registration = bus.subscribe(Plain.class, event -> {
                assertThat(running.incrementAndGet()).isEqualTo(1);
                simulation.schedulePoint();
                handled.add(event.number());
                running.decrementAndGet();
            });
            List<SimulatedTask> publishers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int first = 10 * i;
                publishers.add(simulation.spawn("publisher-" + i, () -> {
                    for (int k = 0; k < 10; k++) {
                        bus.publish(new Plain(first + k));
                        simulation.schedulePoint();
                    }
                }));
            }
            for (SimulatedTask publisher : publishers) {
                publisher.join();
            }
            simulation.settle();
            assertThat(handled).hasSize(30).doesNotHaveDuplicates();
            for (int i = 0; i < 3; i++) {
                int own = i;
                assertThat(handled.stream().filter(number -> number / 10 == own))
                        .as("of one publisher")
                        .isSorted();
            }
            assertThat(registration.dropped()).isZero();
        });
    }

    @Test
    void aHandlerThatWaitsDelaysNoOtherAndItsQueueIsBounded() {
        play(20, 10, (simulation, host, bus) -> {
            List<Integer> slow = new ArrayList<>();
            List<Integer> quick = new ArrayList<>();
            EventRegistration waits = bus.subscribe(Plain.class, event -> {
                slow.add(event.number());
                pause(simulation, Duration.ofSeconds(5));
            });
            bus.subscribe(Plain.class, event -> quick.add(event.number()));
            bus.publish(new Plain(0));
            simulation.settle();
            for (int i = 1; i <= 30; i++) {
                bus.publish(new Plain(i));
                simulation.settle();
            }
            assertThat(quick).hasSize(31);
            assertThat(slow).containsExactly(0);
            assertThat(waits.dropped()).isEqualTo(20);
            waits.close();
            bus.publish(new Plain(31));
            simulation.settle();
            pause(simulation, Duration.ofMinutes(5));
            assertThat(slow).as("after the registration was closed").containsExactly(0);
        });
    }

    @Test
    void aHandlerHearsTheCurrentValueFirstMayCloseItsRegistrationAndIsNotCalledAfterTheBusIsClosed() {
        play(20, 10, (simulation, host, bus) -> {
            bus.publish(new ReachabilityChanged(Reachability.PRIVATE));
            List<HostEvent> handled = new ArrayList<>();
            bus.subscribe(HostEvent.class, handled::add);
            pause(simulation, Duration.ofSeconds(1));
            assertThat(handled).containsExactly(new ReachabilityChanged(Reachability.PRIVATE));

            List<Integer> once = new ArrayList<>();
            EventRegistration[] registration = new EventRegistration[1];
            registration[0] = bus.subscribe(Plain.class, event -> {
                once.add(event.number());
                registration[0].close();
            });
            bus.publish(new Plain(1));
            bus.publish(new Plain(2));
            pause(simulation, Duration.ofSeconds(1));
            assertThat(once).containsExactly(1);
            assertThat(bus.subscriptions()).isEqualTo(1);

            bus.close();
            bus.close();
            assertThat(bus.subscriptions()).isZero();
            bus.publish(new Plain(3));
            bus.subscribe(HostEvent.class, handled::add);
            bus.publish(new Plain(4));
            pause(simulation, Duration.ofSeconds(1));
            assertThat(handled).doesNotContain(new Plain(3), new Plain(4));
            assertThat(bus.subscriptions()).isZero();
        });
    }

    @Test
    void aQueueHoldsAtLeastOneEvent() {
        play(
                1,
                1,
                (simulation, host, bus) -> assertThatThrownBy(() -> new BoundedEventBus(host, 0))
                        .isInstanceOf(IllegalArgumentException.class));
    }
}
