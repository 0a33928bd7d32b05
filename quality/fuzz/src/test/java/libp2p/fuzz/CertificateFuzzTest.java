package libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.security.SecurityLimits;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.system.SystemEnvironment;

/** The certificate of a remote: its bytes, and a good one of which some bytes are others. */
class CertificateFuzzTest {
    private static final Environment ENVIRONMENT = SystemEnvironment.shared();
    private static final byte[] GOOD = Libp2pCertificate.create(Identity.generate(ENVIRONMENT), ENVIRONMENT)
            .encoded();

    private static boolean accepted(byte[] certificate) {
        try {
            Libp2pCertificate.verify(List.of(certificate), null, ENVIRONMENT.wallClock(), SecurityLimits.DEFAULT);
            return true;
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
            return false;
        }
    }

    @FuzzTest
    void bytes(byte[] data) {
        assertThat(accepted(data)).isFalse(); // no signature is found by chance
    }

    /** Pairs of position and value. */
    @FuzzTest
    void changes(byte[] data) {
        byte[] changed = GOOD.clone();
        for (int i = 0; i + 2 < data.length; i += 3) {
            int position = ((data[i] & 0xff) << 8 | data[i + 1] & 0xff) % changed.length;
            changed[position] = data[i + 2];
        }
        assertThat(accepted(changed)).isEqualTo(java.util.Arrays.equals(changed, GOOD));
    }
}
