package libp2p.scenarios.flood;

import java.io.IOException;
import java.time.Duration;
import libp2p.core.environment.Timer;
import libp2p.scenarios.flood.Attacker.Held;

/**
 * Connections and nothing more: one in two says nothing at all, the others are secured and multiplexed, and are kept.
 */
final class ConnectionFlood {
    private static final int HELD = 8_000;

    /** A victim that is out of descriptors leaves connections in the queue of the system. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Attacker attacker;
    private final Held<Stranger> held = new Held<>(HELD, Stranger::close);

    ConnectionFlood(Attacker attacker) {
        this.attacker = attacker;
    }

    void connect(int worker) throws IOException {
        try {
            Stranger stranger = Stranger.connect(attacker.target);
            held.add(stranger);
            if (worker % 2 == 0) {
                Timer impatience = attacker.environment.schedule(PATIENCE.toNanos(), stranger::close);
                stranger.muxed();
                impatience.cancel();
            }
        } finally {
            attacker.did();
        }
    }
}
