package libp2p.scenarios;

import libp2p.testkit.OverWebTransport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stories of {@link ScenariosOverQuicTest} once more over WebTransport. */
@ExtendWith(OverWebTransport.class)
class ScenariosOverWebTransportTest {
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
    }

    @Nested
    class Pair extends PairTest {
        /** It looks for Noise and yamux by name. */
        @Override
        void connectIdentifyAndPing() {}
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
    class MessageExchange extends MessageExchangeTest {}

    @Nested
    class Errors extends ErrorsTest {}
}
