package libp2p.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import libp2p.crypto.EngineProbes.Operation;

/**
 * Compares operations: blocks of each in turns, so that other work on the machine and a changing clock rate hit all
 * alike, and the shortest mean of a block counts. An engine that is far behind after some rounds, when it is warm,
 * drops out.
 */
final class EngineRace {
    private static final int ROUNDS = 16;
    private static final int ROUNDS_TO_WARM_UP = 8;
    /** Short, since the best block counts, and since every host pays for all of them. */
    private static final long BLOCK_NANOS = 2_000_000;

    private static final double FAR_BEHIND = 3;

    private EngineRace() {}

    /**
     * The nanoseconds of one operation of each, in the same order.
     *
     * @throws Exception the first failure of an operation
     */
    static List<Double> run(List<Operation> operations, LongSupplier nanoTime) throws Exception {
        double[] best = new double[operations.size()];
        java.util.Arrays.fill(best, Double.MAX_VALUE);
        for (int round = 0; round < ROUNDS; round++) {
            double first = java.util.Arrays.stream(best).min().orElse(0);
            for (int i = 0; i < best.length; i++) {
                if (round < ROUNDS_TO_WARM_UP || best[i] <= FAR_BEHIND * first) {
                    best[i] = Math.min(best[i], block(operations.get(i), nanoTime));
                }
            }
        }
        List<Double> times = new ArrayList<>();
        for (double one : best) {
            times.add(one);
        }
        return times;
    }

    private static double block(Operation operation, LongSupplier nanoTime) throws Exception {
        long start = nanoTime.getAsLong();
        long nanos = 0;
        int count = 0;
        while (nanos < BLOCK_NANOS) {
            operation.run();
            count++;
            nanos = nanoTime.getAsLong() - start;
        }
        return (double) nanos / count;
    }
}
