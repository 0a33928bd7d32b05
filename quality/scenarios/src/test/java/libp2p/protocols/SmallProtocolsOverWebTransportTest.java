package libp2p.protocols;

import libp2p.testkit.OverWebTransport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stories of {@link SmallProtocolsOverQuicTest} over WebTransport. */
@ExtendWith(OverWebTransport.class)
@Tag("long")
class SmallProtocolsOverWebTransportTest extends SmallProtocolsOverQuicTest {}
