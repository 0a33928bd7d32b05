package libp2p.protocols;

import libp2p.testkit.OverQuic;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stories of this package over QUIC. An empty method stands for a story that is about TCP. */
@ExtendWith(OverQuic.class)
@Tag("long")
class SmallProtocolsOverQuicTest {
    @Nested
    class SmallProtocols extends SmallProtocolsTest {}
}
