package libp2p.scenarios.flood;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.protocols.ping.Ping;
import libp2p.scenarios.flood.Attacker.Held;
import org.jspecify.annotations.Nullable;

/**
 * Streams on a few connections: a third is reset at once, a third stops in the negotiation, a third pings and stays.
 */
final class StreamFlood {
    private static final int HELD = 20_000;
    private static final int PER_CONNECTION = 2_000;

    private final Attacker attacker;
    private final Held<MuxedStream> held = new Held<>(HELD, stream -> stream.reset(0));
    private final AtomicInteger number = new AtomicInteger();

    StreamFlood(Attacker attacker) {
        this.attacker = attacker;
    }

    /** Opens streams on one connection until that is refused. */
    void open(int worker) throws IOException {
        @Nullable MuxedConnection muxed = null;
        try (Stranger stranger = Stranger.connect(attacker.target)) {
            muxed = stranger.muxed();
            for (int i = 0; i < PER_CONNECTION; i++) {
                try {
                    open(muxed);
                } finally {
                    attacker.did();
                }
            }
        } finally {
            if (muxed != null) {
                muxed.close(0, "");
            }
        }
    }

    private void open(MuxedConnection muxed) throws IOException {
        MuxedStream stream = Stranger.open(muxed);
        switch (number.getAndIncrement() % 3) {
            case 0 -> {
                Stranger.write(stream, Stranger.HEADER, Stranger.message(Ping.PROTOCOL));
                stream.reset(0);
            }
            case 1 -> {
                Stranger.write(stream, Stranger.HEADER);
                held.add(stream);
            }
            default -> {
                Stranger.write(stream, Stranger.HEADER, Stranger.message(Ping.PROTOCOL), new byte[32]);
                held.add(stream);
            }
        }
    }
}
