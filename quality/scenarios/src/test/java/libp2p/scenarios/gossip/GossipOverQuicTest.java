package libp2p.scenarios.gossip;

import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Scoring;
import libp2p.testkit.OverQuic;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stories of this package over QUIC. An empty method stands for a story that is about TCP. */
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
    class HostAttack extends HostAttackTest {
        /** The crowds of 1,250 hosts are told once. */
        @Override
        void everyAttackOfFullSize(Scoring scoring, Kind kind) {}
    }
}
