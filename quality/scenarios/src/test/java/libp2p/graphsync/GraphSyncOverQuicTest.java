package libp2p.graphsync;

import libp2p.testkit.OverQuic;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stories of this package over QUIC. An empty method stands for a story that is about TCP. */
@ExtendWith(OverQuic.class)
@Tag("long")
class GraphSyncOverQuicTest {
    @Nested
    class GraphSync extends GraphSyncTest {}

    @Nested
    class GraphSyncMemory extends GraphSyncMemoryTest {}

    @Nested
    class HostileGraphSync extends HostileGraphSyncTest {}
}
