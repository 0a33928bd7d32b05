package libp2p.discovery.rendezvous;

import libp2p.testkit.OverWebTransport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stories of {@link RendezvousOverQuicTest} over WebTransport. */
@ExtendWith(OverWebTransport.class)
@Tag("long")
class RendezvousOverWebTransportTest extends RendezvousOverQuicTest {}
