package libp2p.auth.challenge;

import libp2p.testkit.OverWebTransport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stories of {@link IdentityProofsOverQuicTest} over WebTransport. */
@ExtendWith(OverWebTransport.class)
@Tag("long")
class IdentityProofsOverWebTransportTest extends IdentityProofsOverQuicTest {}
