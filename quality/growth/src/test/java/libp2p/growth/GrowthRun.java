package libp2p.growth;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import libp2p.growth.Histogram.Count;
import libp2p.simulator.Simulation;

/**
 * Runs a driver with N operations to warm up, N more and N more again, and counts the live heap after the second and
 * the third; then closes it and counts what is left.
 *
 * <p>Between N and 2N no class may grow by more than an instance for ten operations, nor by more than sixteen bytes
 * for each and 4 KiB, unless the driver declares a bound for the class. After all is closed each class is back to what
 * there was before the driver began, within the same. A class that has grown by more is a fault if it grows by more again
 * with as many operations: what a host keeps of each operation does.
 */
final class GrowthRun {
    /** Fewer operations grow less than what virtual machines do by themselves. */
    static final int LEAST_OPERATIONS = 100;

    private static final int OPERATIONS_AN_INSTANCE = 10;
    private static final int BYTES_AN_OPERATION = 16;
    /** For the buffers that are lent, of which there are one more or less at any time. */
    private static final int BYTES = 4096;

    private static final Duration MOST_TIME = Duration.ofDays(60);
    private static final long SEED = 1;

    /** The virtual machine makes names of classes and methods when they are asked for first. */
    private static final Set<String> NAMES = Set.of(String.class.getName(), byte[].class.getName());

    private static final int OF_NAMES = 10;

    /** Of a virtual thread that waits; how long it is depends on what has been compiled. */
    private static final String STACK = "jdk.internal.vm.StackChunk";

    /** A class that grew. */
    record Growth(String type, Count before, Count after) {
        @Override
        public String toString() {
            return type + ": " + before.instances() + " instances of " + before.bytes() + " bytes, then "
                    + after.instances() + " of " + after.bytes();
        }
    }

    private final HostileDriver driver;
    private final int operations;
    private final Histogram before = new Histogram();
    private final Histogram once = new Histogram();
    private final Histogram twice = new Histogram();
    private final Histogram thrice = new Histogram();
    private final Histogram closed = new Histogram();
    private final Histogram closedAgain = new Histogram();
    private final List<String> faults = new ArrayList<>();

    private GrowthRun(HostileDriver driver, int operations) {
        this.driver = driver;
        this.operations = operations;
    }

    /**
     * Runs a driver.
     *
     * @param operations N, at least {@link #LEAST_OPERATIONS}
     * @throws AssertionError that names the driver and the classes that grew, or that are still there
     */
    static void require(HostileDriver driver, int operations) {
        if (operations < LEAST_OPERATIONS) {
            throw new IllegalArgumentException(operations + " operations are too few to tell growth");
        }
        GrowthRun run = new GrowthRun(driver, operations);
        run.run();
        if (!run.faults.isEmpty()) {
            throw new AssertionError(
                    "the driver '" + driver.name() + "' makes classes grow\n  " + String.join("\n  ", run.faults));
        }
    }

    /** The rehearsal loads classes, and fills static caches and the tables of the simulated machines. */
    private void run() {
        Simulation.of(SEED).limitTime(MOST_TIME).run(simulation -> {
            Scene scene = new Scene(simulation);
            try (HostileDriver.Attack rehearsal = driver.begin(scene)) {
                rehearsal.operate(operations);
            }
            before.take();
            attack(scene);
            closed.take();
            List<Growth> left = beyond(before, closed, 3 * operations);
            if (!left.isEmpty()) {
                attackAgain(scene);
                closedAgain.take();
                confirm(left, beyond(closed, closedAgain, 3 * operations))
                        .forEach(growth -> faults.add("before it began and after all was closed: " + growth));
            }
        });
    }

    /** Its hosts are out of reach when it returns. */
    private void attack(Scene scene) throws Exception {
        try (HostileDriver.Attack attack = driver.begin(scene)) {
            attack.operate(operations);
            attack.operate(operations);
            once.take();
            attack.operate(operations);
            twice.take();
            List<Growth> grown = beyond(once, twice, operations);
            if (!grown.isEmpty()) {
                attack.operate(operations);
                thrice.take();
                confirm(grown, beyond(twice, thrice, operations))
                        .forEach(growth -> faults.add("from N to 2N operations, N = " + operations + ": " + growth));
            }
        }
    }

    private void attackAgain(Scene scene) throws Exception {
        try (HostileDriver.Attack attack = driver.begin(scene)) {
            for (int i = 0; i < 3; i++) {
                attack.operate(operations);
            }
        }
    }

    /** Those that have grown as much again: what the virtual machine makes by itself it makes once. */
    private static List<Growth> confirm(List<Growth> first, List<Growth> second) {
        return first.stream()
                .filter(growth -> second.stream().anyMatch(again -> again.type().equals(growth.type())))
                .toList();
    }

    /** The classes that have grown by more than they may. */
    private List<Growth> beyond(Histogram first, Histogram second, int done) {
        Map<String, Count> began = before.counts();
        return growths(first, second, done).stream()
                .filter(growth -> !isWithinBound(growth, began))
                .toList();
    }

    private boolean isWithinBound(Growth growth, Map<String, Count> began) {
        long more = growth.after().instances()
                - began.getOrDefault(growth.type(), Count.NONE).instances();
        return driver.bounds().stream().anyMatch(bound -> bound.type().equals(growth.type()) && more <= bound.most());
    }

    /** @param done operations between the two */
    private List<Growth> growths(Histogram first, Histogram second, int done) {
        Map<String, Count> earlier = first.counts();
        Map<String, Count> later = second.counts();
        List<Growth> growths = new ArrayList<>();
        for (String type : new TreeSet<>(later.keySet())) {
            Count then = earlier.getOrDefault(type, Count.NONE);
            Count now = later.get(type);
            Count more = now.minus(then);
            boolean longer = more.bytes() > BYTES + (long) BYTES_AN_OPERATION * done && !type.equals(STACK);
            int names = NAMES.contains(type) ? OF_NAMES : 0;
            if (longer || more.instances() > names + done / OPERATIONS_AN_INSTANCE) {
                growths.add(new Growth(type, then, now));
            }
        }
        return growths;
    }
}
