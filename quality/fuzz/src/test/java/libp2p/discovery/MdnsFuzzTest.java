package libp2p.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import libp2p.discovery.mdns.dns.DnsLimits;
import libp2p.discovery.mdns.dns.DnsMessage;
import libp2p.discovery.mdns.dns.DnsName;
import libp2p.multiformats.MalformedException;

/** Datagrams of anybody on a local network to the group of multicast DNS. */
class MdnsFuzzTest {
    @FuzzTest
    void message(byte[] data) {
        try {
            DnsMessage message = DnsMessage.decode(data);
            assertThat(message.questions()).hasSizeLessThanOrEqualTo(DnsLimits.QUESTIONS);
            byte[] again = message.encode();
            if (again.length <= DnsLimits.MESSAGE_BYTES) {
                DnsMessage read = DnsMessage.decode(again);
                assertThat(read.questions()).isEqualTo(message.questions());
                assertThat(read.answers()).hasSameSizeAs(message.answers());
            }
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void name(byte[] data) {
        try {
            DnsName name = DnsName.parse(new String(data, StandardCharsets.UTF_8));
            assertThat(DnsName.of(name.labels())).isEqualTo(name);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
