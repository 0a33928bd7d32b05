package libp2p.swarm.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Test;

class DialSlotsTest {
    private static final int SEEDS = 20;

    private interface Story {
        void tell(Simulation simulation, SimulatedEnvironment host, DialSlots slots, List<String> order)
                throws Exception;
    }

    /** The one slot is taken. */
    private static void withOneSlot(Story story) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            Simulation.run(seed, simulation -> {
                SimulatedEnvironment host = simulation.host("a");
                DialSlots slots = new DialSlots(host, 1);
                assertThat(slots.acquire(Deadline.NONE)).isTrue();
                story.tell(simulation, host, slots, new ArrayList<>());
            });
        }
    }

    /** Notes under which name a slot was taken, or that the wait for it ended, and gives it back. */
    private static void take(DialSlots slots, Deadline deadline, String name, List<String> order) {
        try {
            if (slots.acquire(deadline)) {
                order.add(name);
                slots.release();
            } else {
                order.add(name + " too late");
            }
        } catch (InterruptedException e) {
            order.add(name + " interrupted");
        }
    }

    @Test
    void aNewcomerDoesNotOvertakeTheFirstThatWaits() {
        withOneSlot((simulation, host, slots, order) -> {
            host.start("first", () -> take(slots, Deadline.NONE, "first", order));
            simulation.settle();
            slots.release();
            take(slots, Deadline.NONE, "newcomer", order);
            assertThat(order).containsExactly("first", "newcomer");
        });
    }

    @Test
    void aSlotPassesByWaitsThatHaveEndedAndIsNotLostByThoseThatEndJustNow() {
        withOneSlot((simulation, host, slots, order) -> {
            host.start("late", () -> take(slots, Deadline.after(host, Duration.ofSeconds(1)), "late", order));
            simulation.settle();
            Thread interrupted = host.start("early", () -> take(slots, Deadline.NONE, "early", order));
            simulation.settle();
            Thread handed = host.start("handed", () -> take(slots, Deadline.NONE, "handed", order));
            simulation.settle();
            host.start("last", () -> take(slots, Deadline.NONE, "last", order));
            simulation.settle();
            interrupted.interrupt();
            simulation.sleep(Duration.ofSeconds(2));
            slots.release();
            handed.interrupt();
            take(slots, Deadline.NONE, "newcomer", order);
            assertThat(order).containsExactly("early interrupted", "late too late", "handed", "last", "newcomer");
            assertThat(slots.acquire(Deadline.after(host, Duration.ZERO))).isTrue();
        });
    }
}
