package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import libp2p.core.connection.Stream;
import libp2p.protocols.echo.Echo;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * How many round trips it takes until the first byte of an answer is here, over a link of 50 ms there and back on which
 * nothing else takes time: TCP's handshake, the choice of the secure channel, the secure channel itself with the choice
 * of the muxer in it, the protocol of the stream, the byte. go-libp2p needs five too (321 ms were published for it at
 * 63 ms); without early negotiation of the muxer it would be six, without the lazy one of a known protocol two instead
 * of one on an open connection.
 */
class RoundTripsTest {
    private static final Duration ROUND_TRIP = Duration.ofMillis(50);
    private static final List<String> CHANNELS = List.of("noise", "tls");

    private interface Story {
        void tell(World world, TestNode alice, TestNode bob) throws Exception;
    }

    /** Under every secure channel, with the thread schedules of several seeds. */
    private static void underEverySecureChannel(Story story) {
        for (String security : CHANNELS) {
            World.inExactTime(5, world -> {
                TestNode alice = world.node("alice", host -> host.security(security));
                TestNode bob = world.node("bob", host -> host.security(security));
                world.network().link(alice.environment(), bob.environment()).latency(ROUND_TRIP.dividedBy(2));
                story.tell(world, alice, bob);
            });
        }
    }

    static Stream exchangeOneByte(TestNode from, TestNode to) throws IOException {
        Stream stream = from.open(to, Echo.PROTOCOL);
        Bytes.write(stream, 1, 1);
        Bytes.expectNext(stream, 1, 1);
        return stream;
    }

    private static long roundTrips(Duration time) {
        assertThat(time.toMillis() % ROUND_TRIP.toMillis())
                .as("milliseconds of %s beyond whole round trips", time)
                .isLessThan(ROUND_TRIP.toMillis() / 10); // what the turns take, which is the schedule's
        return time.toMillis() / ROUND_TRIP.toMillis();
    }

    @Test
    void aConnectionWithSecureChannelAndMuxerTakesThree() {
        underEverySecureChannel((world, alice, bob) ->
                assertThat(roundTrips(world.timed(() -> alice.connect(bob)))).isEqualTo(3));
    }

    @Test
    void theFirstByteOfAnUnknownPeerTakesFive() {
        underEverySecureChannel((world, alice, bob) -> assertThat(
                        roundTrips(world.timed(() -> exchangeOneByte(alice, bob).close())))
                .isEqualTo(5));
    }

    @Test
    void aByteOnANewStreamToAnIdentifiedPeerTakesOne() {
        underEverySecureChannel((world, alice, bob) -> {
            alice.connect(bob);
            alice.awaitIdentified();
            assertThat(roundTrips(world.timed(() -> exchangeOneByte(alice, bob).close())))
                    .isEqualTo(1);
        });
    }
}
