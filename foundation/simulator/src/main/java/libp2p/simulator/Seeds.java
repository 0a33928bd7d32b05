package libp2p.simulator;

import java.util.OptionalLong;

/**
 * Runs a test under many seeds. The system property {@code simulation.seed} runs one seed alone, to replay a failure;
 * {@code simulation.seeds} sets how many are run, {@code simulation.first} the first of them, so that a run can take
 * seeds that were never tried.
 */
public final class Seeds {
    /** A test under one seed. */
    @FunctionalInterface
    public interface Body {
        /** Runs the scenario under one seed; any exception is a failure of that seed. */
        void run(long seed) throws Exception;
    }

    private Seeds() {}

    /**
     * Runs the body under {@code count} seeds, from 1 on unless a property says otherwise; the first failure ends it.
     *
     * @param kept seeds that failed once, run before the others
     */
    public static void run(int count, Body body, long... kept) {
        Long only = Long.getLong(Replay.SEED);
        if (only != null) {
            runOne(only, body);
            return;
        }
        for (long seed : kept) {
            runOne(seed, body);
        }
        long first = Long.getLong(Replay.FIRST, 1);
        long end = first + Long.getLong(Replay.SEEDS, count);
        for (long seed = first; seed < end; seed++) {
            runOne(seed, body);
        }
    }

    /** The first of the seeds 1 to {@code count} under which the body fails with a {@link SimulationFailure}. */
    public static OptionalLong firstFailing(int count, Body body) {
        for (long seed = 1; seed <= count; seed++) {
            try {
                runOne(seed, body);
            } catch (SimulationFailure found) {
                return OptionalLong.of(seed);
            }
        }
        return OptionalLong.empty();
    }

    private static void runOne(long seed, Body body) {
        try {
            body.run(seed);
        } catch (SimulationFailure alreadyExplained) {
            throw alreadyExplained;
        } catch (Exception | AssertionError e) {
            SimulationFailure failure = new SimulationFailure(e + "\n  seed " + seed, e, false);
            failure.addLine("  replay: " + Replay.command(seed));
            throw failure;
        }
    }
}
