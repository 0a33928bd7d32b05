package libp2p.simulator;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The digest of a simulation: two runs of one program under one seed have equal hashes, on every
 * machine.
 */
public final class Trace {
    private final @Nullable Consumer<String> lines;
    private long hash = 0xCBF29CE484222325L;
    private long frames;
    private long scheduleHash = 0x84222325CBF29CE4L;
    private long turns;

    Trace(@Nullable Consumer<String> lines) {
        this.lines = lines;
    }

    /** A hash over time, host, kind, peer, size and bytes of every frame on the simulated network. */
    public long hash() {
        return hash;
    }

    /** Number of frames. */
    public long frames() {
        return frames;
    }

    /** A hash over who ran when: equal only if the threads took their turns in the same order at the same times. */
    public long scheduleHash() {
        return scheduleHash;
    }

    /** Number of turns of threads. */
    public long turns() {
        return turns;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%016x/%016x (%d frames, %d turns)", hash, scheduleHash, frames, turns);
    }

    void turn(long now, long thread) {
        turns++;
        scheduleHash = SeededRandom.mix(scheduleHash ^ (now * 0x9E3779B97F4A7C15L + thread));
    }

    void frame(long now, SimulatedEnvironment from, FrameKind kind, SimulatedEnvironment to, byte[] bytes) {
        hash = SeededRandom.mix(hash ^ Arrays.hashCode(bytes));
        frame(now, from, kind, to, bytes.length);
    }

    void frame(long now, SimulatedEnvironment from, FrameKind kind, SimulatedEnvironment to, int size) {
        frames++;
        long who = ((long) from.index() << 40) ^ ((long) to.index() << 8) ^ kind.code;
        hash = SeededRandom.mix(SeededRandom.mix(hash ^ now) + (who * 0x100000001B3L ^ size));
        if (lines != null) {
            lines.accept(String.format(
                    Locale.ROOT,
                    "%s %-12s %-8s %-12s %d",
                    Simulation.seconds(now),
                    from.name(),
                    kind,
                    to.name(),
                    size));
        }
    }

    void note(long now, String what) {
        if (lines != null) {
            lines.accept(Simulation.seconds(now) + " " + what);
        }
    }
}
