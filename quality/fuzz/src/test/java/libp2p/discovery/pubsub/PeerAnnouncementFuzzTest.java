package libp2p.discovery.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** What peers announce of themselves on a topic. */
class PeerAnnouncementFuzzTest {
    @FuzzTest
    void announcement(byte[] data) {
        try {
            PeerAnnouncement read = PeerAnnouncement.decode(data, PubSubDiscoveryLimits.DEFAULT);
            assertThat(read.addresses()).hasSizeLessThanOrEqualTo(PubSubDiscoveryLimits.DEFAULT.addresses());
            byte[] again = read.encode(); // longer where addresses did not end with the peer
            if (again.length <= PubSubDiscoveryLimits.DEFAULT.announcementBytes()) {
                assertThat(PeerAnnouncement.decode(again, PubSubDiscoveryLimits.DEFAULT))
                        .isEqualTo(read);
            }
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
