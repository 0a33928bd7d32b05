package libp2p.scenarios;

import libp2p.testkit.OverWebTransport;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stories of {@link PathsOverQuicTest} over WebTransport: a session moves with its connection. */
@ExtendWith(OverWebTransport.class)
class PathsOverWebTransportTest extends PathsOverQuicTest {}
