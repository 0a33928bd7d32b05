package libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.security.SecurityLimits;
import libp2p.security.noise.NoiseHandshake;
import libp2p.security.noise.NoiseKeys;
import libp2p.system.SystemEnvironment;

/** The Noise handshake at each message that a remote sends. */
class NoiseFuzzTest {
    private static final Environment ENVIRONMENT = SystemEnvironment.shared();
    private static final NoiseKeys KEYS = NoiseKeys.create(Identity.generate(ENVIRONMENT), ENVIRONMENT);

    private static NoiseHandshake handshake(Role role) {
        return new NoiseHandshake(KEYS, NoiseHandshake.Settings.of(role, null), SecurityLimits.DEFAULT, ENVIRONMENT);
    }

    @FuzzTest
    void firstMessage(byte[] data) {
        try (NoiseHandshake responder = handshake(Role.RESPONDER)) {
            responder.read(data);
            assertThat(responder.write()).isNotEmpty();
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void secondMessage(byte[] data) {
        try (NoiseHandshake initiator = handshake(Role.INITIATOR)) {
            initiator.write();
            initiator.read(data);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void thirdMessage(byte[] data) {
        try (NoiseHandshake initiator = handshake(Role.INITIATOR);
                NoiseHandshake responder = handshake(Role.RESPONDER)) {
            responder.read(initiator.write());
            initiator.read(responder.write());
            responder.read(data);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
