package libp2p.simulator;

import java.time.Duration;

/**
 * Bounds at which a simulation gives up.
 *
 * @param time simulated time
 * @param turns turns of all threads together
 * @param turnsPerMoment turns of all threads while no time passes; more look like threads that chase each other
 * @param stall processor time, or real time of a blocked carrier, without the end of a turn after which the
 *     watchdog prints stacks and fails the run
 */
public record SimulationLimits(Duration time, long turns, long turnsPerMoment, Duration stall) {
    /** A day of simulated time, and bounds that only a run without progress reaches. */
    public static final SimulationLimits DEFAULT =
            new SimulationLimits(Duration.ofDays(1), 2_000_000_000L, 20_000_000L, Duration.ofSeconds(60));
}
