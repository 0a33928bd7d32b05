package libp2p.security.tls;

import static libp2p.contracts.security.Handshakes.ENVIRONMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.identity.PeerId;
import libp2p.security.Identities;
import libp2p.security.SecurityLimits;
import libp2p.security.tls.VerifiedCertificates.Remembered;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A certificate is checked once; what depends on the clock or on the caller is checked each time. */
class VerifiedCertificatesTest {
    private static final Instant NOW = Instant.parse("2030-06-01T00:00:00Z");

    private static CertificateVerifier.Verified verify(byte[] der, @Nullable PeerId expected, Instant now)
            throws IOException {
        return CertificateVerifier.verify(List.of(der), expected, now, SecurityLimits.DEFAULT);
    }

    private static @Nullable Remembered remembered(byte[] der) {
        VerifiedCertificates all = VerifiedCertificates.shared();
        return all.find(Objects.requireNonNull(all.key(der)));
    }

    @Test
    void theSameCertificateIsCheckedOnce() throws IOException {
        byte[] der = Libp2pCertificate.create(Identities.alice(), ENVIRONMENT).encoded();
        assertThat(remembered(der)).isNull();
        CertificateVerifier.Verified first = verify(der, null, NOW);
        assertThat(first.hostKey()).isEqualTo(Identities.alice().publicKey());
        assertThat(verify(der.clone(), Identities.alice().peerId(), NOW)).isSameAs(first);
    }

    @Test
    void theClockAndTheExpectedPeerAreAskedEachTime() throws IOException {
        byte[] der = Libp2pCertificate.create(Identities.alice(), ENVIRONMENT).encoded();
        verify(der, null, NOW);
        PeerId bob = Identities.bob().peerId();
        assertThatThrownBy(() -> verify(der, bob, NOW)).isInstanceOf(PeerMismatchException.class);
        assertThatThrownBy(() -> verify(der, null, Instant.parse("4100-01-01T00:00:00Z")))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("not valid after");
        assertThatThrownBy(() -> verify(der, null, Instant.parse("1970-01-01T00:00:00Z")))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("not valid before");
    }

    @Test
    void whatIsRefusedOrAlteredIsNotRemembered() throws IOException {
        byte[] der = Libp2pCertificate.create(Identities.alice(), ENVIRONMENT).encoded();
        verify(der, null, NOW);
        for (int i = 0; i < der.length; i += 7) {
            byte[] altered = der.clone();
            altered[i] ^= 1;
            for (int time = 0; time < 2; time++) {
                assertThatThrownBy(() -> verify(altered, null, NOW))
                        .as("byte " + i)
                        .isInstanceOf(ProtocolViolationException.class);
            }
            assertThat(remembered(altered)).isNull();
        }
    }

    @Test
    void theMemoryIsBounded() throws IOException {
        VerifiedCertificates two = new VerifiedCertificates(2, 2_000);
        Remembered any = new Remembered(
                verify(Libp2pCertificate.create(Identities.bob(), ENVIRONMENT).encoded(), null, NOW), NOW, NOW);
        assertThat(two.key(new byte[2_001])).isNull();
        int found = 0;
        for (int i = 0; i < 100; i++) {
            two.remember(Objects.requireNonNull(two.key(new byte[] {(byte) i})), any);
        }
        for (int i = 0; i < 100; i++) {
            found += two.find(Objects.requireNonNull(two.key(new byte[] {(byte) i}))) == null ? 0 : 1;
        }
        assertThat(found).isEqualTo(2);
    }
}
