package libp2p.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.LongSupplier;
import libp2p.core.testing.EnvironmentRule;
import org.junit.jupiter.api.Test;

class EnvironmentRuleTest {
    @Test
    void coreTakesTheOutsideWorldFromItsEnvironment() {
        assertThat(EnvironmentRule.violations("libp2p.core")).isEmpty();
    }

    @Test
    void theRuleFindsWhatItForbids() {
        List<String> found = EnvironmentRule.violations(new ClassFileImporter().importClasses(Offender.class));
        assertThat(found).hasSize(7);
    }

    @Test
    void anExemptClassMayDoIt() {
        assertThat(EnvironmentRule.violations(
                        new ClassFileImporter().importClasses(Offender.class), EnvironmentRuleTest.class.getName()))
                .isEmpty();
    }

    static final class Offender {
        final LongSupplier byReference = System::nanoTime;

        void waits(Condition condition, BlockingQueue<String> queue, Object monitor) throws Exception {
            Thread.sleep(1);
            condition.await(1, TimeUnit.SECONDS);
            queue.poll(1, TimeUnit.SECONDS);
            synchronized (monitor) {
                monitor.wait();
            }
            new Thread(() -> {}).start();
            new java.util.Random().nextInt();
            queue.poll(); // not timed, so allowed
        }
    }
}
