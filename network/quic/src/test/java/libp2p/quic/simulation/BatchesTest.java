package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many datagrams leave with one call of the system, as a socket that takes batches would count them. */
class BatchesTest {
    private static final int SEGMENTS = 16;
    private static final int BYTES = 4_000_000;
    private static final long SECOND = 1_000_000_000L;

    private final World world = new World(5, new Weather(5_000_000, 0, 0, 0, 0, 1500, 1L << 41));
    private final List<Integer> counts = new ArrayList<>();

    private void upload(int streams) {
        world.segments = SEGMENTS;
        world.reads = true;
        Exchange exchange = new Exchange(streams, BYTES / streams, false);
        World.Node client = world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        InetSocketAddress sender = client.address;
        world.batches = (from, count) -> {
            if (from.equals(sender)) {
                counts.add(count);
            }
        };
        exchange.start(client, world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT));
        assertThat(world.run(60 * SECOND, exchange::isDone)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void aTransferLeavesInBatches(int streams) {
        upload(streams);
        assertThat(counts).allMatch(count -> count <= SEGMENTS).contains(SEGMENTS);
        int datagrams = counts.stream().mapToInt(count -> count).sum();
        assertThat(datagrams).as("datagrams in batches of " + counts).isGreaterThan(3 * counts.size());
    }

    @Test
    void eightStreamsTakeNoMoreCallsThanOne() {
        upload(1);
        int alone = counts.size();
        counts.clear();
        new BatchesTest().uploadInto(counts, 8);
        assertThat(counts.size()).isLessThan(alone * 5 / 4);
    }

    private void uploadInto(List<Integer> other, int streams) {
        upload(streams);
        other.addAll(counts);
    }
}
