package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import org.junit.jupiter.api.Test;

/** A connection that has closed says so again to those that send on (RFC 9000, section 10.2.1). */
class ClosingTest {
    private static final long SECOND = 1_000_000_000L;

    /** It does so ever more rarely, and two packets with one number would be sealed with one nonce, which engines of AES-GCM refuse. */
    @Test
    void packetsThatCloseAreFewAndHaveNumbersOfTheirOwn() {
        World world = new World(31, Weather.FAIR);
        Node client = world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        Node server = world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        Exchange exchange = new Exchange(1, 20_000_000, false);
        exchange.start(client, server);
        assertThat(world.run(60 * SECOND, () -> exchange.client.connection.isConfirmed()))
                .isTrue();
        world.run(SECOND / 20, () -> false);
        assertThat(exchange.isDone()).isFalse();
        List<ByteBuffer> farewells = new ArrayList<>();
        world.watcher = (from, datagram) -> {
            if (from.equals(client.address)) {
                farewells.add(ByteBuffer.wrap(datagram.clone()));
            }
        };
        exchange.client.application = peer -> {};
        exchange.client.connection.close(7, "done", world.now);
        world.run(5 * SECOND, () -> false);
        assertThat(farewells)
                .as("answers to the hundreds of packets that were under way")
                .hasSizeBetween(2, 20);
        assertThat(new HashSet<>(farewells)).hasSameSizeAs(farewells);
    }
}
