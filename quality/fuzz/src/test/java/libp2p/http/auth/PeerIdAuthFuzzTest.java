package libp2p.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import libp2p.core.identity.Identity;
import libp2p.system.SystemEnvironment;

/** Header fields of peer-id authentication, to both sides. */
class PeerIdAuthFuzzTest {
    private static final Identity IDENTITY = Identity.generate(SystemEnvironment.shared());

    @FuzzTest
    void field(byte[] data) {
        String field = new String(data, StandardCharsets.ISO_8859_1);
        try {
            assertThat(new PeerIdAuthServer(IDENTITY, SystemEnvironment.shared(), Duration.ofHours(1))
                            .check("libp2p-PeerID " + field, "host"))
                    .isInstanceOf(PeerIdAuthServer.Unauthenticated.class);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
        try {
            new PeerIdAuthClient(IDENTITY, SystemEnvironment.shared())
                    .begin("host")
                    .received(401, "libp2p-PeerID " + field, null);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
