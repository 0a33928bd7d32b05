import java.time.Duration;
import java.util.List;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageExchange;
import libp2p.simulator.Seeds;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;

/** A protocol under loss and a partition, in simulated time. */
void main() {
    MessageExchange<byte[], byte[]> echo = MessageExchange.of("/echo-message/1.0.0", MessageCodec.BYTES, MessageCodec.BYTES)
            .withTimeout(Duration.ofMinutes(1));
    Seeds.run(5, seed -> Simulation.run(seed, simulation -> {
        SimulatedEnvironment here = simulation.host("here", "10.0.0.1");
        SimulatedEnvironment there = simulation.host("there", "10.0.0.2");
        simulation.network().link(here, there).latency(Duration.ofMillis(40)).loss(0.1);
        try (Host server = Libp2p.host().environment(there).security("noise").listen("/ip4/10.0.0.2/tcp/4001").start();
                Host client = Libp2p.host().environment(here).security("noise").start()) {
            echo.serve(server, (peer, message) -> message);
            PeerAddress address = PeerAddress.of(server.peerId(), server.addresses());
            for (int i = 0; i < 10; i++) {
                if (i == 5) {
                    simulation.network().partition(List.of(there));
                    simulation.spawn("healer", () -> {
                        simulation.sleep(Duration.ofSeconds(3));
                        simulation.network().healPartitions();
                    });
                }
                if (echo.ask(client, address, new byte[] {(byte) i})[0] != i) {
                    throw new AssertionError("another answer");
                }
            }
        }
    }));
    System.out.println("every message was answered under 5 seeds");
}
