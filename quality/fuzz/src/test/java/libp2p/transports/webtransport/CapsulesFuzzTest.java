package libp2p.transports.webtransport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;

/** The content of the request of a session. */
class CapsulesFuzzTest {
    @FuzzTest
    void capsules(byte[] data) {
        Capsules capsules = new Capsules(new SessionCredit());
        try {
            if (capsules.read(ByteBuffer.wrap(data))) {
                assertThat(capsules.code()).isBetween(0L, 0xffff_ffffL);
                assertThat(capsules.text().length()).isLessThanOrEqualTo(1024);
            }
        } catch (Http3Exception refused) {
            assertThat(refused.code()).isEqualTo(Http3Error.MESSAGE_ERROR);
        }
    }
}
