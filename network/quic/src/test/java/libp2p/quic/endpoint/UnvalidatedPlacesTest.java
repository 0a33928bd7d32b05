package libp2p.quic.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.quic.protect.HostKeys;
import org.junit.jupiter.api.Test;

class UnvalidatedPlacesTest {
    private static final int PLACES = 4;
    private static final int RETRY = 0xf0;
    private static final long SECOND = 1_000_000_000L;
    /** Far before the zero of the clock. */
    private static final long NOW = -100 * SECOND;

    private final Random random = new Random(1);
    private final Endpoint<String> endpoint = new Endpoint<>(
            EndpointLimits.DEFAULT.withUnvalidated(PLACES), new HostKeys(new byte[32]), random::nextBytes, () -> 0);
    private final List<IncomingConnection> arrived = new ArrayList<>();

    UnvalidatedPlacesTest() {
        endpoint.accepting(true);
    }

    /** The first bytes of a client: the header of an Initial packet, under an id of its own. */
    private ByteBuffer initial() {
        ByteBuffer datagram = ByteBuffer.allocate(1200);
        byte[] id = new byte[8];
        random.nextBytes(id);
        datagram.put((byte) 0xc3)
                .putInt(1)
                .put((byte) id.length)
                .put(id)
                .put((byte) id.length)
                .put(id);
        datagram.put((byte) 0).putShort((short) (0x4000 | 1000));
        return datagram.clear();
    }

    private void begin(long now) {
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4001);
        assertThat(endpoint.route(initial(), 0, 1200, remote, null, 0, now, arrived::add))
                .isNull();
    }

    private void beginAndFail(long now) {
        int before = arrived.size();
        begin(now);
        arrived.subList(before, arrived.size()).forEach(endpoint::refuse);
    }

    @Test
    void handshakesThatComeToNothingKeepTheirPlacesUntilTheirSecondIsOver() {
        for (int i = 0; i < 3 * PLACES; i++) {
            beginAndFail(NOW + i);
        }
        assertThat(arrived).as("clients for which something was computed").hasSize(PLACES);
        for (int i = 0; i < 2 * PLACES; i++) {
            Endpoint.Answer answer = endpoint.pollAnswer();
            assertThat(answer).isNotNull();
            assertThat(answer.datagram()[0] & 0xf0).as("asked for a proof").isEqualTo(RETRY);
        }
        assertThat(endpoint.pollAnswer()).isNull();
        beginAndFail(NOW + SECOND);
        assertThat(arrived).hasSize(PLACES + 1);
    }

    @Test
    void handshakesThatAreMadeLeaveTheirPlacesAtOnce() {
        UnvalidatedPlaces places = new UnvalidatedPlaces(1);
        for (int i = 0; i < 3; i++) {
            assertThat(places.areTaken(NOW)).isFalse();
            places.take();
            assertThat(places.areTaken(NOW)).isTrue();
            places.leave(true);
        }
    }
}
