package libp2p.scenarios.flood;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.security.SecureConnection;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.identify.Identify;
import libp2p.protocols.perf.Perf;
import libp2p.protocols.ping.Ping;

/** Asks at each step of the protocols and reads no answer: neither of a stream nor, at other steps, of the socket. */
final class DeafReaders {
    private static final int STREAMS = 16;
    private static final byte[] DOWNLOAD =
            ByteBuffer.allocate(8).putLong(0, 1L << 40).array();
    private static final byte[] MEGABYTE = new byte[1 << 20];

    private final Attacker attacker;

    DeafReaders(Attacker attacker) {
        this.attacker = attacker;
    }

    @FunctionalInterface
    private interface Step {
        void run(MuxedConnection muxed) throws IOException;
    }

    void connect(int worker) throws IOException {
        boolean[] counted = new boolean[1];
        Runnable inPlace = () -> {
            if (!counted[0]) {
                counted[0] = true;
                attacker.did();
            }
        };
        try (Stranger stranger = Stranger.connect(attacker.target)) {
            switch (worker % 7) {
                case 0 -> {
                    stranger.stopReading();
                    while (true) { // every proposal is answered
                        stranger.write(Stranger.join(Stranger.HEADER, Stranger.message("/none")));
                        inPlace.run();
                    }
                }
                case 1 -> {
                    try (SecureConnection secure = stranger.secure()) {
                        stranger.stopReading();
                        Stranger.send(secure, Stranger.HEADER);
                        while (true) {
                            Stranger.send(secure, Stranger.message("/none"));
                            inPlace.run();
                        }
                    }
                }
                case 2 -> onStreams(stranger, true, inPlace, muxed -> ask(muxed, Identify.PROTOCOL, new byte[0]));
                case 3 -> onStreams(stranger, true, inPlace, muxed -> ask(muxed, Ping.PROTOCOL, new byte[32 * 4096]));
                case 4 -> onStreams(stranger, false, inPlace, muxed -> ask(muxed, Echo.PROTOCOL, MEGABYTE));
                case 5 -> onStreams(stranger, false, inPlace, muxed -> ask(muxed, Perf.PROTOCOL, DOWNLOAD));
                default -> onStreams(stranger, true, inPlace, muxed -> ask(muxed, Perf.PROTOCOL, DOWNLOAD));
            }
        } finally {
            inPlace.run();
        }
    }

    private void onStreams(Stranger stranger, boolean deafToTheSocket, Runnable inPlace, Step step) throws IOException {
        MuxedConnection muxed = stranger.muxed();
        try {
            if (deafToTheSocket) {
                stranger.stopReading();
            }
            for (int i = 0; i < STREAMS; i++) {
                step.run(muxed);
            }
            inPlace.run();
            MuxedStream last = Stranger.open(muxed);
            while (true) { // until the other end has had enough
                Stranger.write(last, new byte[1]);
                attacker.pause(Duration.ofSeconds(1));
            }
        } finally {
            muxed.close(0, "");
        }
    }

    private static void ask(MuxedConnection muxed, String protocol, byte[] request) throws IOException {
        MuxedStream stream = Stranger.open(muxed);
        stream.writeTimeout(Duration.ofSeconds(2));
        try {
            Stranger.write(stream, Stranger.HEADER, Stranger.message(protocol), request);
            stream.closeWrite();
        } catch (InterruptedIOException full) {
            // as far as it goes: the window of the other end is full, since what it says is not read
        }
    }
}
