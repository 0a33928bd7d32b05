package libp2p.scenarios.gossip;

import libp2p.testkit.OverQuic;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stories of this package over QUIC. */
@ExtendWith(OverQuic.class)
@Tag("long")
class GossipOverQuicTest {
    @Nested
    class PartialMessages extends PartialMessagesTest {}

    @Nested
    class PubSubPeers extends PubSubPeersTest {}

    @Nested
    class GossipContract extends GossipContractTest {}

    @Nested
    class HostAttack extends HostAttackTest {}
}
