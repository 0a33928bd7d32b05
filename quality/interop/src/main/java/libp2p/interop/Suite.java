package libp2p.interop;

import java.time.Duration;
import java.util.List;

/**
 * The outcome of all cells with one peer.
 *
 * @param name of the peer
 * @param outcomes of cells and listeners
 * @param used how long it took
 * @param allowed how long it might have taken
 */
record Suite(String name, List<Outcome> outcomes, Duration used, Duration allowed) {
    long count(Outcome.Result result) {
        return outcomes.stream().filter(outcome -> outcome.result() == result).count();
    }

    String summary() {
        return "%s: %d passed, %d failed, %d skipped, %d known to fail, %.1f of %d minutes"
                .formatted(
                        name,
                        count(Outcome.Result.PASSED),
                        count(Outcome.Result.FAILED),
                        count(Outcome.Result.SKIPPED),
                        count(Outcome.Result.KNOWN),
                        used.toMillis() / 60e3,
                        allowed.toMinutes());
    }
}
