package libp2p.simulator.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpListener;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import org.jspecify.annotations.Nullable;

/** How each class of this package is used; passes if the class is right, and under some seed fails if it is flawed. */
final class Scenarios {
    private static final Duration TICK = Duration.ofMillis(10);

    private final Simulation simulation;
    private final SimulatedEnvironment host;
    private final @Nullable Flaw flaw;

    private Scenarios(Simulation simulation, @Nullable Flaw flaw) {
        this.simulation = simulation;
        this.host = simulation.host("host", "10.0.0.1");
        this.flaw = flaw;
    }

    /** Runs the scenario that a flaw shows in, with the flaw or without. */
    static void run(long seed, Flaw about, boolean planted) {
        Simulation.of(seed).limitTime(Duration.ofMinutes(10)).limitTurns(10_000).run(simulation -> {
            new Scenarios(simulation, planted ? about : null).run(about);
        });
    }

    private void run(Flaw about) throws Exception {
        switch (about) {
            case LOST_WAKE_UP, SIGNAL_BEFORE_STATE -> mailbox();
            case SIGNAL_INSTEAD_OF_SIGNAL_ALL -> manyReadersAndWriters();
            case DROPPED_EOF -> streamThatEnds();
            case MISSED_UNPARK, IF_INSTEAD_OF_WHILE -> gate();
            case CREDIT_LOST_ON_CANCEL -> interruptedWaiter();
            case LOCK_ORDER -> closeWhileWriting();
            case DOUBLE_RELEASE -> twoReleases();
            case CHECK_THEN_ACT -> fullScope();
            case STALE_TIMER -> operationThatEndsWithItsTimer();
            case TIMER_AFTER_CLOSE -> closedHeartbeat();
            case UNBOUNDED_RETRY -> serverThatGoesAway();
            case STARTED_TOO_EARLY -> worker();
        }
    }

    private void mailbox() throws Exception {
        Mailbox<Integer> mailbox = new Mailbox<>(host, flaw);
        List<SimulatedTask> senders = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            senders.add(simulation.spawn("sender", () -> {
                for (int k = 0; k < 3; k++) {
                    simulation.schedulePoint();
                    mailbox.put(k);
                }
            }));
        }
        int sum = 0;
        for (int i = 0; i < 6; i++) {
            sum += mailbox.take();
        }
        assertThat(sum).isEqualTo(6);
        joinAll(senders);
    }

    private void manyReadersAndWriters() throws Exception {
        StreamBuffer buffer = new StreamBuffer(host, 1, flaw);
        List<SimulatedTask> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tasks.add(simulation.spawn("writer", () -> {
                for (int k = 0; k < 4; k++) {
                    buffer.write(k);
                }
            }));
            tasks.add(simulation.spawn("reader", () -> {
                for (int k = 0; k < 4; k++) {
                    buffer.read();
                }
            }));
        }
        joinAll(tasks);
    }

    private void streamThatEnds() throws Exception {
        StreamBuffer buffer = new StreamBuffer(host, 8, flaw);
        SimulatedTask writer = simulation.spawn("writer", () -> {
            for (int i = 0; i < 3; i++) {
                buffer.write(i);
            }
            buffer.end();
        });
        for (int i = 0; i < 3; i++) {
            assertThat(buffer.read()).isEqualTo(i);
        }
        assertThat(buffer.read()).isEqualTo(-1);
        writer.join();
    }

    private void gate() throws Exception {
        Gate gate = new Gate(host, flaw);
        SimulatedTask visitor = simulation.spawn("visitor", () -> {
            gate.pass();
            assertThat(gate.isOpen()).isTrue();
        });
        simulation.schedulePoint();
        gate.open();
        visitor.join();
    }

    private void interruptedWaiter() throws Exception {
        CreditWindow window = new CreditWindow(host, 1, flaw);
        window.acquire();
        SimulatedTask waiter = simulation.spawn("waiter", () -> {
            try {
                window.acquire();
                window.release();
            } catch (InterruptedException cancelled) {
                simulation.schedulePoint();
            }
        });
        simulation.settle();
        SimulatedTask canceller = simulation.spawn("canceller", waiter::interrupt);
        window.release();
        waiter.join();
        canceller.join();
        window.acquire();
    }

    private void closeWhileWriting() throws Exception {
        Session session = new Session(host, flaw);
        SimulatedTask writer = simulation.spawn("writer", () -> {
            while (session.write()) {
                simulation.sleep(TICK);
            }
        });
        simulation.sleep(TICK.multipliedBy(3));
        session.close();
        writer.join();
    }

    private void twoReleases() throws Exception {
        AtomicInteger pool = new AtomicInteger();
        Lease lease = new Lease(host, pool, flaw);
        joinAll(List.of(simulation.spawn("reader", lease::release), simulation.spawn("closer", lease::release)));
        assertThat(pool).hasValue(1);
    }

    private void fullScope() throws Exception {
        Scope scope = new Scope(host, 3, flaw);
        List<SimulatedTask> tasks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tasks.add(simulation.spawn("stream", scope::reserve));
        }
        joinAll(tasks);
        assertThat(scope.used()).isEqualTo(3);
    }

    private void operationThatEndsWithItsTimer() throws Exception {
        Operation operation = new Operation(host, flaw);
        for (int i = 0; i < 3; i++) {
            operation.begin(TICK.toNanos());
            simulation.sleep(TICK);
            operation.end();
            operation.begin(TICK.multipliedBy(1_000).toNanos());
            simulation.sleep(TICK);
            assertThat(operation.isLate()).isFalse();
            operation.end();
        }
    }

    private void closedHeartbeat() throws Exception {
        boolean[] closed = {false};
        Heartbeat heartbeat = new Heartbeat(
                host, TICK.toNanos(), () -> assertThat(closed[0]).as("closed").isFalse(), flaw);
        simulation.sleep(TICK.multipliedBy(4));
        heartbeat.close();
        closed[0] = true;
        simulation.sleep(TICK.multipliedBy(10));
    }

    private void serverThatGoesAway() throws Exception {
        InetSocketAddress address = new InetSocketAddress("10.0.0.1", 4001);
        TcpListener listener = host.network().listenTcp(address, 1, false);
        SimulatedEnvironment other = simulation.host("other", "10.0.0.2");
        SimulatedTask dialer = simulation.spawn("dialer", () -> {
            int tries = 0;
            while (tries < 5 || flaw == Flaw.UNBOUNDED_RETRY) {
                try {
                    other.network().connectTcp(null, address, Deadline.NONE);
                    return;
                } catch (IOException refused) {
                    tries++;
                }
            }
        });
        simulation.schedulePoint();
        listener.close();
        dialer.join();
    }

    private void worker() throws Exception {
        new Worker(host, flaw).start();
        simulation.settle();
    }

    private static void joinAll(List<SimulatedTask> tasks) throws InterruptedException {
        for (SimulatedTask task : tasks) {
            task.join();
        }
    }
}
