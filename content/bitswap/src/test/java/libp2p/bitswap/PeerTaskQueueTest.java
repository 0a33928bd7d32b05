package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.simulator.Seeds;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Test;

/** The turns of the peers that wait for blocks. */
class PeerTaskQueueTest {
    private static final int SEEDS = 50;
    private static final Duration MOMENT = Duration.ofMillis(10);

    private static Ledger ledger(long sent, long received) {
        Ledger ledger = new Ledger();
        ledger.sent(sent);
        ledger.received(received);
        return ledger;
    }

    @Test
    void thePeerThatOwesLeastIsServedFirst() {
        Simulation.of(1).run(simulation -> {
            SimulatedEnvironment host = simulation.host("host", "10.0.0.1");
            PeerTaskQueue queue = new PeerTaskQueue(host, 1);
            List<String> served = new ArrayList<>();
            queue.take(ledger(0, 0));
            SimulatedTask debtor = simulation.spawn("debtor", () -> serve(queue, ledger(5000, 0), "debtor", served));
            simulation.sleep(MOMENT);
            SimulatedTask giver = simulation.spawn("giver", () -> serve(queue, ledger(5000, 9000), "giver", served));
            simulation.sleep(MOMENT);
            queue.release();
            debtor.join();
            giver.join();
            assertThat(served).containsExactly("giver", "debtor");
        });
    }

    /** Strangers without debts come again and again under new names. */
    @Test
    void aPeerThatHasWaitedForLongIsServedBeforeThoseThatOweLess() {
        Simulation.of(1).run(simulation -> {
            SimulatedEnvironment host = simulation.host("host", "10.0.0.1");
            PeerTaskQueue queue = new PeerTaskQueue(host, 1);
            List<String> served = new ArrayList<>();
            queue.take(ledger(0, 0));
            SimulatedTask debtor = simulation.spawn("debtor", () -> serve(queue, ledger(5000, 0), "debtor", served));
            simulation.sleep(Duration.ofSeconds(11));
            SimulatedTask stranger = simulation.spawn("stranger", () -> serve(queue, ledger(0, 0), "stranger", served));
            simulation.sleep(MOMENT);
            queue.release();
            debtor.join();
            stranger.join();
            assertThat(served).containsExactly("debtor", "stranger");
        });
    }

    private static void serve(PeerTaskQueue queue, Ledger ledger, String name, List<String> served)
            throws InterruptedIOException {
        queue.take(ledger);
        served.add(name);
        queue.release();
    }

    @Test
    void noPlaceIsLostWhenAThreadIsInterruptedAtTheMomentOfItsTurn() {
        Seeds.run(
                SEEDS,
                seed -> Simulation.of(seed).run(simulation -> {
                    SimulatedEnvironment host = simulation.host("host", "10.0.0.1");
                    PeerTaskQueue queue = new PeerTaskQueue(host, 1);
                    queue.take(ledger(0, 0));
                    SimulatedTask waiting = simulation.spawn("waiting", () -> takeOrBeInterrupted(queue));
                    simulation.sleep(MOMENT);
                    SimulatedTask ending = simulation.spawn("ending", queue::release);
                    waiting.interrupt();
                    ending.join();
                    waiting.join();
                    queue.take(ledger(0, 0));
                }));
    }

    private static void takeOrBeInterrupted(PeerTaskQueue queue) {
        try {
            queue.take(ledger(0, 0));
        } catch (InterruptedIOException interrupted) {
            return;
        }
        queue.release();
    }
}
