package libp2p.node.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import org.junit.jupiter.api.Test;

/** When a collection is asked for; the sizes are those of the test. */
class HeapKeeperTest {
    private static final long MIB = 1 << 20;

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private long committed = 12 * MIB;
    private long living = 12 * MIB;
    private int collections;

    private final Environment environment = (Environment) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Environment.class}, (proxy, method, arguments) -> {
                tasks.add((Runnable) arguments[1]);
                return (Timer) () -> {};
            });

    private HeapKeeper keeper() {
        return new HeapKeeper(environment, () -> committed, () -> {
            collections++;
            committed = living;
        });
    }

    private void grow(long mebibytes) {
        committed += mebibytes * MIB;
        tasks.remove().run();
    }

    @Test
    void garbageIsCollectedWhenTheHeapHasGrownByFourMebibytesOrAQuarter() {
        try (HeapKeeper keeper = keeper()) {
            grow(4);
            assertThat(collections).isZero();
            grow(1);
            assertThat(collections).isEqualTo(1);
            living = 200 * MIB;
            grow(184);
            assertThat(collections).as("what lives now").isEqualTo(2);
            grow(50);
            assertThat(collections).as("a quarter of what lived").isEqualTo(2);
            grow(1);
            assertThat(collections).isEqualTo(3);
        }
    }

    @Test
    void nothingIsLookedAtAfterTheEnd() {
        keeper().close();
        grow(1000);
        assertThat(collections).isZero();
        assertThat(tasks).isEmpty();
    }
}
