package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import libp2p.core.environment.Deadline;
import libp2p.core.resource.ScopeUsage;
import libp2p.testkit.OverQuic;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Stories that run over TCP once more over QUIC, under a few seeds; all of them are in
 * {@link AllScenariosOverQuicTest}. An empty method stands for a story that is about TCP.
 */
@ExtendWith(OverQuic.class)
class ScenariosOverQuicTest {
    @Nested
    class Close extends CloseTest {
        /** Its strangers speak TCP. */
        @Override
        void aHostClosesAtOnceWhileStrangersDelayTheirHandshakes() {}
    }

    @Nested
    class Dial extends DialTest {
        /** It brings transports of its own. */
        @Override
        void aTransportThatIsNeverReadyKeepsNoPlaceAmongTheDials(StandIn.Fate fate) {}

        /** All connections share a socket, so that what is charged to a host tells how many there are. */
        @Override
        int openAtTheNetwork(World world, TestNode node) {
            ScopeUsage all = node.host().resourceManager().system().usage();
            return all.connectionsInbound() + all.connectionsOutbound();
        }
    }

    @Nested
    class Pair extends PairTest {
        /** It looks for Noise and yamux by name. */
        @Override
        void connectIdentifyAndPing() {}
    }

    @Nested
    class RoundTrips extends RoundTripsTest {
        /** One, as shown below. */
        @Override
        void aConnectionWithSecureChannelAndMuxerTakesThree() {}

        /** Three, as shown below. */
        @Override
        void theFirstByteOfAnUnknownPeerTakesFive() {}

        /** One, but for a datagram that the simulated socket refuses. */
        @Override
        void aByteOnANewStreamToAnIdentifiedPeerTakesOne() {}

        /**
         * Of several seeds the best: the simulated socket refuses datagrams now and then, which costs a probe timeout.
         */
        @Test
        void aConnectionTakesOneAndItsFirstByteTwoMore() {
            long[] best = {Long.MAX_VALUE, Long.MAX_VALUE};
            World.inExactTime(8, world -> {
                TestNode alice = world.node("alice");
                TestNode bob = world.node("bob");
                world.network().link(alice.environment(), bob.environment()).latency(Duration.ofMillis(25));
                best[0] =
                        Math.min(best[0], world.timed(() -> alice.connect(bob)).toMillis());
            });
            World.inExactTime(8, world -> {
                TestNode alice = world.node("alice");
                TestNode bob = world.node("bob");
                world.network().link(alice.environment(), bob.environment()).latency(Duration.ofMillis(25));
                best[1] = Math.min(
                        best[1],
                        world.timed(() -> exchangeOneByte(alice, bob).close()).toMillis());
            });
            assertThat(best[0]).isEqualTo(50);
            assertThat(best[1]).isEqualTo(150);
        }
    }

    @Nested
    class Stream extends StreamTest {
        /** The credit of a QUIC connection is that of all its streams. */
        @Override
        void peersThatBothStopReadingDoNotBlockTheConnection() {}

        /** A stream of identify is open at the instant at which it counts streams. */
        @Override
        void anInterruptedOpenLeavesTheConnectionAlive() {}
    }

    @Nested
    class SharedPlaces extends SharedPlacesTest {}

    @Nested
    class MessageExchange extends MessageExchangeTest {
        /**
         * Seed 300000027 of the story of deadlines: what is written for one who reads no more is dropped without
         * complaint.
         */
        @Test
        void aHandlerThatIsNotReadHearsOfTheEndOfItsConnection() {
            World.underManySeeds(world -> {
                TestNode alice = world.node("alice");
                TestNode bob = world.node("bob");
                boolean[] ended = {false};
                bob.host().handle("/drip/1", stream -> {
                    try {
                        while (true) {
                            stream.write(new byte[] {'x'});
                            bob.environment().park(stream, Deadline.after(bob.environment(), Duration.ofSeconds(1)));
                        }
                    } finally {
                        ended[0] = true;
                    }
                });
                try (libp2p.core.connection.Stream stream = alice.open(bob, "/drip/1")) {
                    assertThat(stream.input().read()).isEqualTo('x');
                }
                world.sleep(Duration.ofSeconds(3));
                alice.connections(bob).getFirst().close(0, "");
                world.simulation().await("the end of the handler", Duration.ofSeconds(5), () -> ended[0]);
            });
        }
    }

    @Nested
    class Errors extends ErrorsTest {}
}
