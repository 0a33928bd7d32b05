package libp2p.crypto;

import java.util.List;

/**
 * Which engine serves a primitive, and why those tried before it do not.
 *
 * @param primitive what is served
 * @param engine the engine in use
 * @param detail its version, for example {@code OpenSSL 3.0.19}
 * @param passedOver engines tried before it, in order, with the reason why each is not used
 */
public record EngineReport(Primitive primitive, Engine engine, String detail, List<PassedOver> passedOver) {
    /**
     * An engine that was tried and not taken.
     *
     * @param engine the engine
     * @param reason why, one line
     */
    public record PassedOver(Engine engine, String reason) {}

    /** Copies the list. */
    public EngineReport {
        passedOver = List.copyOf(passedOver);
    }
}
