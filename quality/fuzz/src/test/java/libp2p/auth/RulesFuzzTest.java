package libp2p.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import libp2p.multiformats.MalformedException;

/** Rules of permissions as operators write them. */
class RulesFuzzTest {
    @FuzzTest
    void rules(byte[] data) {
        try {
            assertThat(RulesFile.parse(new String(data, StandardCharsets.UTF_8)))
                    .isNotNull();
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void pattern(byte[] data) {
        try {
            ProtocolPattern pattern = ProtocolPattern.parse(new String(data, StandardCharsets.UTF_8));
            assertThat(ProtocolPattern.parse(pattern.toString())).isEqualTo(pattern);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
