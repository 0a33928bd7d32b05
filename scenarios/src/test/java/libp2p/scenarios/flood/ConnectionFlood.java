package libp2p.scenarios.flood;

import java.io.IOException;
import libp2p.scenarios.flood.Attacker.Held;

/** Connections and nothing more: one in two says nothing at all, the others are secured and multiplexed, and are kept. */
final class ConnectionFlood {
    private static final int HELD = 8_000;

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
                stranger.muxed();
            }
        } finally {
            attacker.did();
        }
    }
}
