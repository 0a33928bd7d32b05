package libp2p.crypto;

import java.util.List;

/**
 * Which engine serves a primitive, and why those tried before it do not.
 *
 * @param primitive what is served
 * @param engine the engine in use
 * @param detail its version, for example {@code OpenSSL 3.0.19}
 * @param passedOver engines tried before it, in order, with the reason why each is not used
 * @param timings what a measurement took, see {@link Crypto#measure}; empty if there was none
 */
public record EngineReport(
        Primitive primitive, Engine engine, String detail, List<PassedOver> passedOver, List<Timing> timings) {
    /**
     * An engine that was tried and not taken.
     *
     * @param engine the engine
     * @param reason why, one line
     */
    public record PassedOver(Engine engine, String reason) {}

    /**
     * The time of one operation on this machine once warm.
     *
     * @param engine the engine
     * @param nanos the shortest mean of a block of operations, in nanoseconds
     */
    public record Timing(Engine engine, double nanos) {}

    /** Copies the lists. */
    public EngineReport {
        passedOver = List.copyOf(passedOver);
        timings = List.copyOf(timings);
    }
}
