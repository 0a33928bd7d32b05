package libp2p.graphsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Multihash;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Test;

class TaskQueueTest {
    private static final int REQUESTS = 500;
    private static final int TURNS = 40;

    /** Counts how often a thread that waits looks again. */
    private static final class Counting extends ForwardingEnvironment {
        final AtomicInteger parked = new AtomicInteger();

        Counting(Environment environment) {
            super(environment);
        }

        @Override
        public void park(Object blocker, Deadline deadline) {
            parked.incrementAndGet();
            super.park(blocker, deadline);
        }
    }

    @Test
    void aPlaceThatIsFreeWakesTheRequestThatGetsItAndNoOther() {
        Simulation.of(1).run(simulation -> {
            Counting counting = new Counting(simulation.host("responder", "10.0.0.1"));
            TaskQueue queue = new TaskQueue(counting, 1, 1);
            PeerId owner = PeerId.fromBytes(Multihash.sha256(new byte[] {1}).toBytes());
            PeerId others = PeerId.fromBytes(Multihash.sha256(new byte[] {2}).toBytes());
            queue.take(new TaskQueue.Place(owner, 0));
            for (int i = 0; i < REQUESTS; i++) {
                counting.start("request " + i, () -> {
                    try {
                        queue.take(new TaskQueue.Place(others, 0));
                        simulation.sleep(Duration.ofSeconds(1));
                        queue.release(others);
                    } catch (java.io.IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
            }
            simulation.sleep(Duration.ofSeconds(1));
            int waiting = counting.parked.get();
            queue.release(owner);
            simulation.sleep(Duration.ofSeconds(TURNS));
            assertThat(counting.parked.get() - waiting).isLessThanOrEqualTo(2 * TURNS);
            simulation.sleep(Duration.ofSeconds(2 * REQUESTS));
        });
    }

    @Test
    void aRequestThatIsWithdrawnWaitsNoLongerAndCountsNoMore() {
        Simulation.of(1).run(simulation -> {
            TaskQueue queue = new TaskQueue(simulation.host("responder", "10.0.0.1"), 1, 2);
            PeerId owner = PeerId.fromBytes(Multihash.sha256(new byte[] {1}).toBytes());
            PeerId other = PeerId.fromBytes(Multihash.sha256(new byte[] {2}).toBytes());
            queue.take(new TaskQueue.Place(owner, 0));
            queue.rest(owner);
            queue.take(new TaskQueue.Place(other, 0));
            TaskQueue.Place rested = new TaskQueue.Place(owner, 0);
            TaskQueue.Place fresh = new TaskQueue.Place(owner, 0);
            List<Boolean> ended = new ArrayList<>();
            List<SimulatedTask> tasks = List.of(
                    simulation.spawn("rested", () -> ended.add(queue.resume(rested))),
                    simulation.spawn("fresh", () -> ended.add(queue.take(fresh))));
            simulation.sleep(Duration.ofSeconds(1));
            assertThat(ended).isEmpty();
            queue.withdraw(rested);
            queue.withdraw(fresh);
            for (SimulatedTask task : tasks) {
                task.join();
            }
            assertThat(ended).containsExactly(false, false);
            assertThat(queue.running(owner)).isZero();
            TaskQueue.Place passing = new TaskQueue.Place(other, 0);
            queue.withdraw(passing);
            assertThat(queue.pass(passing)).isTrue(); // the slot is free, and no request waits for it
            queue.release(other);
            assertThat(queue.running(other)).isZero();
            queue.take(new TaskQueue.Place(owner, 0));
            assertThat(queue.take(fresh)).isFalse();
            queue.release(owner);
            assertThat(queue.running(owner)).isZero();
        });
    }
}
