package libp2p.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.growth.Scene.Victim;
import libp2p.protocols.echo.Echo;

/**
 * Attacks handshakes and sessions: strangers dial the victim through {@link Tampering}, and those that come so far open
 * streams, over which as much goes wrong.
 *
 * @param farthest bytes, or datagrams over UDP, before which something goes wrong
 * @param listen what follows the IP address in the victim's
 * @param settings of both sides, which may need keys
 */
record HandshakeDriver(
        String name,
        Set<Class<?>> covers,
        List<Bound> bounds,
        int farthest,
        String listen,
        Consumer<HostBuilder> settings)
        implements HostileDriver {
    private static final int DIALS_OF_A_PEER = 5;
    private static final int ECHOED = 3_000;
    private static final int STREAMS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    /** Longer than every deadline of a handshake, and than an idle connection is kept. */
    private static final Duration DEADLINES = Duration.ofMinutes(10);

    private static final DialOptions DIAL = DialOptions.DEFAULT.withIgnoreBackoff();

    @Override
    public Attack begin(Scene scene) throws IOException {
        Victim victim = scene.victim(listen, new LinkedHashMap<>(), host -> settings.accept(host.with(new Echo())));
        return new Dials(scene, victim);
    }

    private final class Dials implements Attack {
        private final Scene scene;
        private final Victim victim;

        Dials(Scene scene, Victim victim) {
            this.scene = scene;
            this.victim = victim;
        }

        @Override
        public void operate(int count) throws Exception {
            int before = victim.handshakes();
            for (int done = 0; done < count; done += DIALS_OF_A_PEER) {
                Tampering machine = new Tampering(scene.stranger(), scene.random(), farthest);
                HostBuilder builder = Libp2p.host().environment(machine).security("noise");
                settings.accept(builder);
                try (Host stranger = builder.start()) {
                    for (int i = 0; i < DIALS_OF_A_PEER; i++) {
                        dial(stranger);
                    }
                }
                if (scene.random().nextInt(4) == 0) {
                    scene.sleep(DEADLINES);
                }
                machine.endSilence();
            }
            scene.sleep(DEADLINES);
            assertThat(victim.handshakes() - before)
                    .as("handshakes that the victim has begun")
                    .isGreaterThan(count / 10);
            assertThat(victim.host().connections()).isEmpty();
        }

        private void dial(Host stranger) {
            try {
                Connection connection = stranger.connect(victim.address(), DIAL);
                for (int i = 0; i < STREAMS; i++) {
                    Deadline patience = Deadline.after(stranger.environment(), PATIENCE);
                    echo(connection.open(patience, Echo.PROTOCOL), i);
                }
                connection.close(0, "done");
            } catch (IOException disturbed) {
                assertThat(disturbed.getMessage()).isNotEmpty();
            }
        }

        private void echo(Stream stream, int number) throws IOException {
            stream.readTimeout(PATIENCE);
            stream.writeTimeout(PATIENCE);
            stream.write(new byte[ECHOED]);
            if (number == 0) {
                stream.reset(ErrorCode.NONE);
                return;
            }
            stream.closeWrite();
            ByteBuffer echoed = ByteBuffer.allocate(ECHOED);
            try {
                while (echoed.hasRemaining() && stream.read(echoed) >= 0) {}
            } finally {
                stream.reset(ErrorCode.NONE);
            }
        }

        @Override
        public void close() throws Exception {
            victim.close();
        }
    }
}
