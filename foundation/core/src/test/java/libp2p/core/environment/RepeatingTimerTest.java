package libp2p.core.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RepeatingTimerTest {
    private final List<Long> delays = new ArrayList<>();
    private final List<Runnable> due = new ArrayList<>();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger runs = new AtomicInteger();

    /** Keeps what is scheduled. */
    private final Environment environment = (Environment) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Environment.class}, (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("schedule");
                delays.add((Long) arguments[0]);
                due.add((Runnable) arguments[1]);
                return (Timer) cancelled::incrementAndGet;
            });

    @Test
    void runsAgainWhenTheRunBeforeHasAskedForIt() {
        RepeatingTimer timer = new RepeatingTimer(environment, again -> {
            if (runs.incrementAndGet() < 3) {
                again.arm(10 * runs.get());
            }
        });
        timer.arm(5);
        for (int i = 0; i < due.size(); i++) {
            due.get(i).run();
        }
        assertThat(delays).containsExactly(5L, 10L, 20L);
        assertThat(runs).hasValue(3);
    }

    @Test
    void nothingRunsOnceItIsClosed() {
        RepeatingTimer timer = new RepeatingTimer(environment, again -> runs.incrementAndGet());
        timer.arm(5);
        timer.close();
        timer.close();
        assertThat(cancelled.get()).isPositive();
        due.getFirst().run(); // it was due before it could be cancelled
        timer.arm(5);
        assertThat(runs).hasValue(0);
        assertThat(due).hasSize(1);
    }

    @Test
    void aRunThatClosesItsOwnTimerIsTheLast() {
        RepeatingTimer timer = new RepeatingTimer(environment, again -> {
            runs.incrementAndGet();
            again.close();
            again.arm(5);
        });
        timer.arm(5);
        due.getFirst().run();
        assertThat(due).hasSize(1);
        assertThat(runs).hasValue(1);
    }

    @Test
    void anEarlierRunTakesThePlaceOfALaterOneThatHasNotBegun() {
        RepeatingTimer timer = new RepeatingTimer(environment, again -> runs.incrementAndGet());
        timer.arm(1000);
        timer.arm(0);
        assertThat(cancelled).hasValue(1);
        timer.close();
        assertThat(cancelled).hasValue(2);
    }

    @Test
    void aRunThatIsDueWhileAnotherIsUnderWayFollowsIt() {
        List<String> steps = new ArrayList<>();
        RepeatingTimer timer = new RepeatingTimer(environment, again -> {
            steps.add("begins");
            if (runs.incrementAndGet() == 1) {
                again.arm(0);
                due.getLast().run(); // as on another thread
            }
            steps.add("ends");
        });
        timer.arm(5);
        due.getFirst().run();
        assertThat(steps).containsExactly("begins", "ends", "begins", "ends");
    }

    @Test
    void aRunThatThrowsDoesNotKeepTheNextOneFromRunning() {
        RepeatingTimer timer = new RepeatingTimer(environment, again -> {
            if (runs.incrementAndGet() == 1) {
                throw new IllegalStateException("a mistake of the task");
            }
        });
        timer.arm(5);
        assertThatThrownBy(due.getFirst()::run).hasMessage("a mistake of the task");
        timer.arm(5);
        due.getLast().run();
        assertThat(runs).hasValue(2);
    }
}
