package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import libp2p.multiformats.MalformedException;

/** The {@code _redirects} file of a directory, which anybody may have written. */
class RedirectsFuzzTest {
    @FuzzTest
    void redirects(byte[] data) {
        try {
            Redirects redirects = Redirects.parse(new String(data, StandardCharsets.UTF_8));
            Redirects.Outcome outcome = redirects.find(List.of("a", "b", "c"));
            if (outcome != null) {
                assertThat(outcome.status()).isBetween(200, 451);
                assertThat(outcome.to().length()).isLessThanOrEqualTo(data.length * (data.length + 6));
            }
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
