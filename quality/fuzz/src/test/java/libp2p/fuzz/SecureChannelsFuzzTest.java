package libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import libp2p.application.channel.SecureChannel;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.security.SecurityRequest;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.core.testing.ScriptedRaw;
import libp2p.secio.Secio;
import libp2p.security.noise.Noise;
import libp2p.security.plaintext.Plaintext;
import libp2p.security.pnet.PreSharedKey;
import libp2p.security.pnet.PskProtector;
import libp2p.security.tls.Tls;
import libp2p.system.SystemEnvironment;

/** Whole secure channels, both roles, and private networks against whatever comes: one exception, and nothing hangs. */
class SecureChannelsFuzzTest {
    private static final Environment ENVIRONMENT = SystemEnvironment.shared();
    private static final Identity SELF = Identity.generate(ENVIRONMENT);
    private static final SecurityProtocol NOISE = Noise.create(SELF, ENVIRONMENT);
    private static final SecurityProtocol TLS = Tls.create(SELF, ENVIRONMENT);
    private static final SecurityProtocol PLAINTEXT = Plaintext.create(SELF);
    private static final SecurityProtocol SECIO = Secio.create(SELF);

    private static void run(SecurityProtocol protocol, byte[] data) {
        for (Role role : Role.values()) {
            SecurityRequest request = new SecurityRequest(ENVIRONMENT, role, null, List.of("/yamux/1.0.0"));
            try (SecureConnection secure = protocol.secure(new ScriptedRaw(data), request)) {
                assertThat(secure.remoteKey().peerId()).isEqualTo(secure.remotePeer());
                ByteBuffer plain;
                while ((plain = secure.read()) != null) {
                    plain.position(plain.limit());
                }
            } catch (IOException refused) {
                assertThat(refused.toString()).isNotEmpty();
            }
        }
    }

    @FuzzTest
    void noise(byte[] data) {
        run(NOISE, data);
    }

    @FuzzTest
    void tls(byte[] data) {
        run(TLS, data);
    }

    @FuzzTest
    void plaintext(byte[] data) {
        run(PLAINTEXT, data);
    }

    @FuzzTest
    void secio(byte[] data) {
        run(SECIO, data);
    }

    @FuzzTest
    void privateNetwork(byte[] data) throws IOException {
        PskProtector protector = new PskProtector(PreSharedKey.of(new byte[32]), ENVIRONMENT);
        ByteBuffer target = ByteBuffer.allocate(64);
        int all = 0;
        try (var guarded = protector.protect(new ScriptedRaw(data))) {
            int count;
            while ((count = guarded.read(target.clear())) >= 0) {
                all += count;
            }
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
        assertThat(all).isLessThanOrEqualTo(Math.max(0, data.length - 24));
    }

    /** No message of a stranger is taken, and none keeps the right one from being taken. */
    @FuzzTest
    void applicationChannel(byte[] data) throws IOException {
        try (SecureChannel ours = SecureChannel.dialer(new byte[SecureChannel.KEY_LENGTH]);
                SecureChannel theirs = SecureChannel.listener(new byte[SecureChannel.KEY_LENGTH])) {
            byte[] sealed = theirs.encrypt(data);
            byte[] forged = ByteBuffer.allocate(data.length + sealed.length)
                    .put(data)
                    .put(sealed)
                    .array();
            for (byte[] refused : List.of(data, forged)) {
                if (!Arrays.equals(refused, sealed)) {
                    assertThatThrownBy(() -> ours.decrypt(refused)).isInstanceOf(IOException.class);
                }
            }
            assertThat(ours.decrypt(sealed)).isEqualTo(data);
        }
    }
}
