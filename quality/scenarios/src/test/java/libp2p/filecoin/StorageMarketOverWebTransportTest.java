package libp2p.filecoin;

import libp2p.testkit.OverWebTransport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stories of {@link StorageMarketOverQuicTest} over WebTransport. */
@ExtendWith(OverWebTransport.class)
@Tag("long")
class StorageMarketOverWebTransportTest extends StorageMarketOverQuicTest {}
