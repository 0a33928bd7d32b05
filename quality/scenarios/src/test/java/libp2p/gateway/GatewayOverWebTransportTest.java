package libp2p.gateway;

import libp2p.testkit.OverWebTransport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stories of {@link GatewayOverQuicTest} over WebTransport. */
@ExtendWith(OverWebTransport.class)
@Tag("long")
class GatewayOverWebTransportTest extends GatewayOverQuicTest {}
