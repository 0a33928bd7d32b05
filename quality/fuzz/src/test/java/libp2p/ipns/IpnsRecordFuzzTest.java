package libp2p.ipns;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.time.Instant;

/** Records of IPNS, and the data inside them. */
class IpnsRecordFuzzTest {
    private static final IpnsName NAME =
            IpnsName.parse("k51qzi5uqu5dlkw8pxuw9qmqayfdeh4kfebhmreauqdc6a7c3y7d5i9fi8mk9w");

    @FuzzTest
    void record(byte[] data) {
        try {
            assertThat(IpnsRecord.open(NAME, data, Instant.EPOCH).toBytes()).isEqualTo(data);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void signedData(byte[] data) {
        try {
            IpnsData.decode(data).until();
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void name(byte[] data) {
        try {
            IpnsName name = IpnsName.ofRoutingKey(data);
            assertThat(IpnsName.parse(name.toString())).isEqualTo(name);
        } catch (libp2p.multiformats.MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
