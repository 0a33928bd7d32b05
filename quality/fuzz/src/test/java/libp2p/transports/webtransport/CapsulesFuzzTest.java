package libp2p.transports.webtransport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Map;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;
import libp2p.http3.Settings;

/** The content of the request of a session. */
class CapsulesFuzzTest {
    @FuzzTest
    void capsules(byte[] data) {
        SessionCredit credit = new SessionCredit();
        credit.begin(new Settings(Map.of(Settings.WT_INITIAL_MAX_DATA, 1L)));
        Capsules capsules = new Capsules(credit);
        try {
            if (capsules.read(ByteBuffer.wrap(data))) {
                assertThat(capsules.code()).isBetween(0L, 0xffff_ffffL);
                assertThat(capsules.text().length()).isLessThanOrEqualTo(1024);
            }
        } catch (Http3Exception refused) {
            assertThat(refused.code()).isIn(Http3Error.MESSAGE_ERROR, Http3Error.FLOW_CONTROL_ERROR);
        }
    }
}
