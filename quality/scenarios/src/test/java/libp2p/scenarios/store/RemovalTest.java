package libp2p.scenarios.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.blocks.BlockStoreLimits;
import libp2p.core.environment.Deadline;
import libp2p.ipld.Block;
import libp2p.multiformats.Multihash;
import libp2p.scenarios.lossy.LossyDisk;
import libp2p.scenarios.lossy.LossyFileSystem;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Test;

/** It is said of a block that it is gone when a crash does not bring it back, whichever removal made it so. */
class RemovalTest {
    private static final int FAILURES = 20;
    private static final Duration A_WHILE = Duration.ofMillis(5);

    private final LossyDisk disk = new LossyDisk();
    private final Block block = Shelf.ALL.loose().getFirst();
    private final List<Multihash> hash = List.of(block.cid().hash());

    private OpenStore open(SimulatedEnvironment environment, LossyFileSystem files) throws IOException {
        return OpenStore.open(environment, Life.folder(files), BlockStoreLimits.DEFAULT);
    }

    /** Is told when a removal stands in the log and is to be forced to the disk, once. */
    @FunctionalInterface
    private interface Forced {
        void run() throws IOException;
    }

    private void atForce(Forced forced) {
        boolean[] done = {false};
        disk.steps((operation, path) -> {
            if (operation.equals("force") && path.endsWith(".blocks") && !done[0]) {
                done[0] = true;
                forced.run();
            }
        });
    }

    @Test
    void aRemovalOfWhatAnotherRemovesEndsWhenThatIsDurable() {
        Simulation.of(1)
                .run(simulation -> new Life(simulation, 1, disk).live(0, (environment, files) -> {
                    OpenStore store = open(environment, files);
                    store.blocks().put(block);
                    List<String> order = new ArrayList<>();
                    atForce(() -> {
                        environment.start("second", () -> {
                            try {
                                store.blocks().delete(hash);
                                order.add("the second says that it is gone");
                            } catch (IOException e) {
                                order.add("the second fails: " + e);
                            }
                        });
                        environment.park(order, Deadline.after(environment, A_WHILE));
                        order.add("the first is durable");
                    });
                    store.blocks().delete(hash);
                    environment.park(order, Deadline.after(environment, A_WHILE));
                    assertThat(order).containsExactly("the first is durable", "the second says that it is gone");
                    store.close();
                }));
    }

    @Test
    void aRemovalThatHasFailedIsMadeGoodByTheNext() {
        Simulation.of(1).run(simulation -> {
            new Life(simulation, 1, disk).live(0, (environment, files) -> {
                OpenStore store = open(environment, files);
                store.blocks().put(block);
                atForce(() -> {
                    throw new IOException("the disk fails once");
                });
                assertThatThrownBy(() -> store.blocks().delete(hash)).hasMessageContaining("the disk fails once");
                store.blocks().delete(hash);
            });
            for (int i = 0; i < FAILURES; i++) {
                String failure = "after power failure " + i;
                new Life(simulation, 2 + i, disk.afterCrash(new Random(i))).live(0, (environment, files) -> {
                    try (OpenStore store = open(environment, files)) {
                        assertThat(store.blocks().has(block.cid())).as(failure).isFalse();
                    }
                });
            }
        });
    }
}
