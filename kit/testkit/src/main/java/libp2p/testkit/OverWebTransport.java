package libp2p.testkit;

import libp2p.simulator.Wire;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** As {@link OverQuic}, over WebTransport. */
public final class OverWebTransport implements BeforeAllCallback, AfterAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        World.wire(Wire.WEBTRANSPORT);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        World.wire(Wire.TCP);
    }
}
