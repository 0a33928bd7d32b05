package libp2p.scenarios.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.Pins;
import libp2p.multiformats.Cid;
import libp2p.scenarios.lossy.LossyDisk;
import libp2p.scenarios.lossy.LossyFileSystem;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Test;

/** A pin is missed from the moment on at which it was acknowledged, whatever the power does. */
class LastPinTest {
    private static final int FAILURES = 20;

    private final LossyDisk disk = new LossyDisk();
    private final Map<String, Integer> forces = new TreeMap<>();
    private byte[] pinsBefore = {};

    private static OpenStore open(SimulatedEnvironment environment, LossyFileSystem files) throws IOException {
        return OpenStore.open(environment, Life.folder(files), BlockStoreLimits.DEFAULT);
    }

    /** Makes three pins, and ends without closing anything. */
    private void pin(SimulatedEnvironment environment, LossyFileSystem files) throws IOException {
        OpenStore store = open(environment, files);
        Cid last = Shelf.ALL.items().get(2).root();
        store.add(Shelf.ALL.items().get(0));
        store.add(Shelf.ALL.items().get(1));
        store.fetch(last);
        pinsBefore = disk.bytes("/content/pins");
        boolean[] counting = {true};
        disk.steps((operation, path) -> {
            if (counting[0] && operation.equals("force")) {
                forces.merge(path, 1, Integer::sum);
            }
        });
        store.pin(last, Pins.Kind.RECURSIVE);
        counting[0] = false;
    }

    @Test
    void theLastPinIsMissedWhenItIsLostAfterAPowerFailure() {
        Simulation.of(1).run(simulation -> {
            new Life(simulation, 1, disk).live(0, this::pin);
            assertThat(forces).as("the price of a pin").isEqualTo(Map.of("/content/pins", 1, "/content/pinset", 1));
            for (int i = 0; i < FAILURES; i++) {
                LossyDisk left = disk.afterCrash(new Random(i));
                left.overwrite("/content/pins", pinsBefore);
                String failure = "after power failure " + i;
                new Life(simulation, 2 + i, left).live(0, (environment, files) -> {
                    try (OpenStore store = open(environment, files)) {
                        assertThat(store.pins().doubt()).as(failure).contains("2 are there", "3 should be");
                    }
                });
            }
        });
    }
}
