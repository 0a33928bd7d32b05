package libp2p.filecoin;

import libp2p.testkit.OverQuic;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stories of this package over QUIC. */
@ExtendWith(OverQuic.class)
@Tag("long")
class StorageMarketOverQuicTest {
    @Nested
    class StorageMarket extends StorageMarketTest {}
}
