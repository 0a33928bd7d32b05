package libp2p.transports.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.host.Host;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that connect and say nothing, to a host that is closed meanwhile. */
class SilentClientsTest {
    private static final String SOCKET = "/ip4/10.0.0.1/tcp/4001";

    @ParameterizedTest
    @ValueSource(strings = {"", "/ws", "/tls/ws", " /ws", " /tls/ws"})
    void theEndOfAHostDoesNotWaitForTheHandshakesOfSilentClients(String suffixes) {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment outside = simulation.host("client", "10.0.0.2");
            String[] listen = suffixes.split(" ", -1);
            for (int i = 0; i < listen.length; i++) {
                listen[i] = SOCKET + listen[i];
            }
            try (Host server = Libp2p.host()
                    .environment(simulation.host("server", "10.0.0.1"))
                    .listen(listen)
                    .start()) {
                Deadline soon = Deadline.after(outside, Duration.ofSeconds(5));
                try (TcpChannel silent =
                        outside.network().connectTcp(null, new InetSocketAddress("10.0.0.1", 4001), soon)) {
                    simulation.sleep(Duration.ofMillis(100));
                    Duration begin = simulation.elapsed();
                    server.close();
                    assertThat(simulation.elapsed().minus(begin)).isLessThan(Duration.ofSeconds(1));
                }
            }
        });
    }
}
