package libp2p.scenarios.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import libp2p.core.environment.Deadline;
import libp2p.scenarios.lossy.LossyDisk;
import libp2p.scenarios.lossy.LossyFileSystem;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import org.jspecify.annotations.Nullable;

/** One process on a disk, from its start to its end or to a power failure. */
final class Life {
    /** What the process does. */
    @FunctionalInterface
    interface Script {
        void run(SimulatedEnvironment environment, LossyFileSystem files) throws Exception;
    }

    private final Simulation simulation;
    private final SimulatedEnvironment environment;
    private final LossyDisk disk;
    private final LossyFileSystem files;
    private int steps;
    private boolean crashed;
    private boolean ended;
    private boolean hasLostPower;
    private @Nullable Throwable failure;

    Life(Simulation simulation, int number, LossyDisk disk) {
        this.simulation = simulation;
        environment = simulation.host("life" + number, "10.0.0." + number);
        this.disk = disk;
        files = new LossyFileSystem(disk);
    }

    static Path folder(LossyFileSystem files) {
        return files.getPath("/content");
    }

    /** Steps of the disk so far. */
    int steps() {
        return steps;
    }

    boolean hasCrashed() {
        return crashed;
    }

    /**
     * Runs to the end.
     *
     * @param crashAt the step before which the power fails; 0 for none
     */
    void live(int crashAt, Script script) throws Exception {
        disk.steps((operation, path) -> {
            if (++steps == crashAt) {
                crash();
            }
        });
        environment.start("life", () -> {
            try {
                script.run(environment, files);
            } catch (Throwable e) {
                failure = e;
            } finally {
                ended = true;
            }
        });
        simulation.await("the end of a life", () -> ended || crashed);
        if (!crashed) {
            environment.powerOff(); // nothing of the process is left
        }
        files.close();
        rethrow(failure);
    }

    static void rethrow(@Nullable Throwable failure) throws Exception {
        if (failure instanceof Exception e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    /** The power fails: no thread of the process goes on. */
    private void crash() {
        crashed = true;
        disk.powerOff();
        environment.powerOff();
        while (true) {
            environment.park(this, Deadline.NONE);
        }
    }

    /** The disk for the next life: as processes have seen it, or after a power failure. */
    LossyDisk left(Random random) throws IOException {
        hasLostPower = crashed || random.nextBoolean();
        return hasLostPower ? disk.afterCrash(random) : disk.copy();
    }

    /** Whether the disk for the next life is one after a power failure. */
    boolean hasLostPower() {
        return hasLostPower;
    }

    static void wake(Thread thread) {
        LockSupport.unpark(thread);
    }
}
