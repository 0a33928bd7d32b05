package libp2p.transports.webtransport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.core.environment.UdpSocket;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Packets in the name of an address that answers nothing, for HTTP/3: what a server sends there is at most three times
 * what it has received from there (RFC 9000, section 8).
 */
class AmplificationTest {
    private static final int LARGEST = 65_536;

    /** Where the packets seem to come from: those of a client go on to the server, and nothing comes back. */
    private static final class Pretended {
        private final UdpSocket socket;
        private final InetSocketAddress server;
        private final int most;
        final AtomicLong datagrams = new AtomicLong();
        final AtomicLong sent = new AtomicLong();
        final AtomicLong heard = new AtomicLong();

        Pretended(SimulatedEnvironment machine, InetSocketAddress server, int most) throws IOException {
            socket = machine.network().bindUdp(new InetSocketAddress("10.0.0.3", 4001));
            this.server = server;
            this.most = most;
            machine.start("pretended", this::run);
        }

        private void run() {
            ByteBuffer buffer = ByteBuffer.allocate(LARGEST);
            try {
                while (true) {
                    InetSocketAddress from = socket.receive(buffer.clear());
                    int length = buffer.flip().remaining();
                    if (from.equals(server)) {
                        heard.addAndGet(length);
                    } else if (datagrams.get() < most) {
                        datagrams.incrementAndGet();
                        sent.addAndGet(length);
                        socket.send(buffer, server);
                    }
                }
            } catch (IOException closed) {
                // the test is over
            }
        }
    }

    /** @param most datagrams in the name of the address: the first packet, also with its repetitions */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1000})
    void anAddressThatWasNotProvedGetsThreeTimesWhatCameFromIt(int most) {
        for (long seed = 1; seed <= 3; seed++) {
            Simulation.run(
                    seed,
                    simulation -> RawClient.between(simulation, (host, machine) -> {}, (server, clients) -> {
                        Pretended pretended = new Pretended(
                                simulation.host("pretended", "10.0.0.3"),
                                new InetSocketAddress("10.0.0.1", 4001),
                                most);
                        Multiaddr there = Multiaddr.parse(
                                server.addresses().getFirst().toString().replace("10.0.0.1", "10.0.0.3"));
                        assertThatThrownBy(() -> clients.connect(there)).isInstanceOf(IOException.class);
                        simulation.sleep(Duration.ofSeconds(30));
                        assertThat(pretended.sent.get()).isPositive();
                        assertThat(pretended.heard.get()).isBetween(1L, 3 * pretended.sent.get());
                        pretended.socket.close();
                    }));
        }
    }
}
