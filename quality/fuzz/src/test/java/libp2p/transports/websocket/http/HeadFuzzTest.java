package libp2p.transports.websocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import libp2p.core.testing.ScriptedRaw;
import libp2p.http.HeadLimits;
import libp2p.system.SystemEnvironment;

/** The heads of the HTTP upgrade, of requests and of answers. */
class HeadFuzzTest {
    @FuzzTest
    void request(byte[] data) {
        try {
            assertThat(new ServerHandshake(null, true, HeadLimits.DEFAULT).accept(new ScriptedRaw(data)))
                    .isNotNull();
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void answer(byte[] data) {
        try {
            new ClientHandshake(SystemEnvironment.shared(), HeadLimits.DEFAULT)
                    .upgrade(new ScriptedRaw(data), "example.org", "/");
            throw new AssertionError("no client guesses the answer to a random key");
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
