package libp2p.growth;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
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
 * <p>Between N and 2N no class may grow by more than an instance for ten operations and sixteen bytes for each,
 * unless the driver declares a bound for the class. After all is closed each class is back to what there was before the
 * driver began, within the same.
 */
final class GrowthRun {
    /** Fewer operations grow less than what virtual machines do by themselves. */
    static final int LEAST_OPERATIONS = 100;

    private static final int OPERATIONS_AN_INSTANCE = 10;
    private static final int BYTES_AN_OPERATION = 16;
    private static final Duration MOST_TIME = Duration.ofDays(60);
    private static final long SEED = 1;

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
    private final Histogram closed = new Histogram();

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
        run.judge();
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
        });
    }

    /** What it has made is out of reach when it returns. */
    private void attack(Scene scene) throws Exception {
        try (HostileDriver.Attack attack = driver.begin(scene)) {
            attack.operate(operations);
            attack.operate(operations);
            once.take();
            attack.operate(operations);
            twice.take();
        }
    }

    private void judge() {
        List<String> faults = new ArrayList<>();
        for (Growth growth : growths(once, twice, operations)) {
            if (!isWithinBound(growth)) {
                faults.add("from N to 2N operations, N = " + operations + ": " + growth);
            }
        }
        growths(before, closed, 3 * operations).forEach(growth -> faults.add("before it began and after all was closed: " + growth));
        if (!faults.isEmpty()) {
            throw new AssertionError("the driver '" + driver.name() + "' makes classes grow\n  "
                    + String.join("\n  ", faults));
        }
    }

    private boolean isWithinBound(Growth growth) {
        return driver.bounds().stream()
                .anyMatch(bound -> bound.type().equals(growth.type())
                        && growth.after().instances() <= bound.most());
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
            boolean longer = more.bytes() > (long) BYTES_AN_OPERATION * done && !type.equals(STACK);
            if (longer || more.instances() > done / OPERATIONS_AN_INSTANCE) {
                growths.add(new Growth(type, then, now));
            }
        }
        return growths;
    }

    /** The classes that the drivers cover, each of which is covered once at least. */
    static Set<Class<?>> covered(List<HostileDriver> drivers) {
        Set<Class<?>> covered = new HashSet<>();
        drivers.forEach(driver -> covered.addAll(driver.covers()));
        return covered;
    }
}
