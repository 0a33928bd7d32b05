package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import libp2p.core.connection.Stream;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Test;

/** A transfer over a kept connection that is cut again and again goes on where it was. */
class ReconnectionTest {
    private static final String PROTOCOL = "/resume/1.0.0";
    private static final int LENGTH = 3_000_000;

    @Test
    void aTransferGoesOnAfterEveryCut() {
        byte[] content = new byte[LENGTH];
        new Random(1).nextBytes(content);
        for (String suffix : new String[] {"", "/ws"}) {
            Simulation.run(1, simulation -> {
                SimulatedEnvironment there = simulation.host("server", "10.0.0.1");
                SimulatedEnvironment here = simulation.host("client", "10.0.0.2");
                Host server = Libp2p.host()
                        .environment(there)
                        .listen("/ip4/10.0.0.1/tcp/4001" + suffix)
                        .start();
                server.handle(PROTOCOL, stream -> {
                    int from = new DataInputStream(stream.input()).readInt();
                    stream.write(content, from, content.length - from);
                });
                Host client = Libp2p.host().environment(here).start();
                client.connectionManager().keep(PeerAddress.of(server.peerId(), server.addresses()));
                byte[] got = new byte[LENGTH];
                int done = 0;
                int cuts = 0;
                while (done < LENGTH) {
                    // never dials: the connection manager does
                    try (Stream stream =
                            client.open(PeerAddress.of(server.peerId()), DialOptions.DEFAULT.withNoDial(), PROTOCOL)) {
                        stream.write(ByteBuffer.allocate(4).putInt(0, done));
                        int most = Math.min(LENGTH, done + 500_000);
                        while (done < most) {
                            int count = stream.read(got, done, Math.min(most, LENGTH) - done);
                            assertThat(count).isPositive();
                            done += count;
                        }
                        if (done < LENGTH) {
                            simulation.network().resetConnections(there, here);
                            cuts++;
                            done += Math.max(0, stream.read(got, done, LENGTH - done));
                        }
                    } catch (IOException cut) {
                        simulation.sleep(Duration.ofSeconds(1));
                    }
                }
                assertThat(cuts).isGreaterThanOrEqualTo(4);
                assertThat(Arrays.equals(got, content)).isTrue();
                client.close();
                server.close();
            });
        }
    }
}
