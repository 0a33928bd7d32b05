package libp2p.testkit;

import libp2p.simulator.Wire;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs the stories of a test class over QUIC: {@code @ExtendWith(OverQuic.class)} on a class that inherits them from
 * the one that tells them over TCP. Not for tests that run at the same time as others of the process.
 */
public final class OverQuic implements BeforeAllCallback, AfterAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        World.wire(Wire.QUIC);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        World.wire(Wire.TCP);
    }
}
