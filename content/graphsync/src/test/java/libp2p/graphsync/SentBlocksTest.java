package libp2p.graphsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import libp2p.blocks.PeerMemory;
import libp2p.core.host.Host;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Cid;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** The memory of the blocks that a peer was sent. */
class SentBlocksTest {
    private static final Cid CID = Cid.parse("bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");

    private static SentBlocks sent() {
        Host alone = (Host) Proxy.newProxyInstance(
                Host.class.getClassLoader(), new Class<?>[] {Host.class}, (proxy, method, arguments) -> List.of());
        PeerId peer = Identity.generate(SystemEnvironment.shared()).peerId();
        return new SentBlocks(10, () -> new PeerMemory(alone, peer));
    }

    @Test
    void requestsOfOneKeyThatAreUnderWayTogetherShareTheirMemory() {
        SentBlocks sent = sent();
        SentBlocks.Memory first = sent.begin("");
        SentBlocks.Memory second = sent.begin("");
        SentBlocks.Memory other = sent.begin("key");
        assertThat(first.first(CID)).isTrue();
        assertThat(second.first(CID)).isFalse();
        assertThat(other.first(CID)).isTrue();
        first.end();
        assertThat(sent.begin("").first(CID)).isFalse();
    }

    @Test
    void theMemoryEndsWithItsLastRequest() {
        SentBlocks sent = sent();
        SentBlocks.Memory memory = sent.begin("");
        assertThat(memory.first(CID)).isTrue();
        memory.end();
        assertThat(sent.begin("").first(CID)).isTrue();
    }

    @Test
    void aRequestAfterACancelledOneIsSentItsBlocksAgainThoughTheOldOneStillEnds() {
        SentBlocks sent = sent();
        SentBlocks.Memory cancelled = sent.begin("");
        assertThat(cancelled.first(CID)).isTrue();
        sent.forget("");
        SentBlocks.Memory resumed = sent.begin("");
        cancelled.end();
        assertThat(resumed.first(CID)).isTrue();
        assertThat(sent.begin("").first(CID)).isFalse();
    }
}
