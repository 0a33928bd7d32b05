package libp2p.scenarios.dht;

import libp2p.testkit.OverQuic;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stories of this package over QUIC. An empty method stands for a story that is about TCP. */
@ExtendWith(OverQuic.class)
@Tag("long")
class DhtOverQuicTest {
    @Nested
    class DhtStreams extends DhtStreamsTest {}

    @Nested
    class DhtQuorum extends DhtQuorumTest {}

    @Nested
    class DhtMessages extends DhtMessagesTest {}

    @Nested
    class Crowd extends DhtCrowdTest {
        /** Plaintext, which QUIC has not, is what lets ten thousand into the heap. */
        @Override
        void tenThousandHostsWithSixteenConnectionsEachFindAlmostEverything() {}
    }
}
