package libp2p.security.tls;

import static libp2p.contracts.security.Handshakes.ENVIRONMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.multiformats.Multihash;
import libp2p.security.Identities;
import libp2p.security.SecurityLimits;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class CertHashCredentialsTest {
    private static final String FROM = "20300601000000Z";
    private static final Instant NOW = Instant.parse("2030-06-02T00:00:00Z");

    private static Environment at(Instant now) {
        return new ForwardingEnvironment(ENVIRONMENT) {
            @Override
            public Instant wallClock() {
                return now;
            }
        };
    }

    private static byte[] verify(Instant now, byte[] certificate, Multihash... hashes) throws IOException {
        return new CertHashCredentials(List.of(hashes), at(now), SecurityLimits.DEFAULT).verify(List.of(certificate));
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(Instant now, byte[] certificate) {
        return assertThatThrownBy(() -> verify(now, certificate, Multihash.sha256(certificate)))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void oneOfTheHashesIsEnough() throws Exception {
        TestCertificate made = TestCertificate.p256().validity(FROM, "20300615000000Z");
        byte[] certificate = made.encoded();
        Multihash other = Multihash.sha256(new byte[1]);
        assertThat(verify(NOW, certificate, other, Multihash.sha256(certificate)))
                .isEqualTo(made.keys().getPublic().getEncoded());
    }

    @Test
    void theCertificateOfAHostForBrowsersIsTaken() throws Exception {
        BrowserCertificate shown =
                new BrowserCertificates(Identities.alice()).at(NOW).current();
        verify(NOW, shown.certificate(), shown.hash());
    }

    @Test
    void anotherHashIsRefused() throws Exception {
        byte[] certificate =
                TestCertificate.p256().validity(FROM, "20300615000000Z").encoded();
        assertThatThrownBy(() -> verify(NOW, certificate, Multihash.sha256(new byte[1])))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("none of the hashes");
    }

    @Test
    void moreThanFourteenDaysAreRefused() throws Exception {
        assertRefused(
                        NOW,
                        TestCertificate.p256().validity(FROM, "20300615000001Z").encoded())
                .hasMessageContaining("more than 14 days");
    }

    @Test
    void aCertificateOfAnotherTimeIsRefused() throws Exception {
        byte[] certificate =
                TestCertificate.p256().validity(FROM, "20300603000000Z").encoded();
        verify(Instant.parse("2030-06-01T00:00:00Z"), certificate, Multihash.sha256(certificate));
        verify(Instant.parse("2030-06-03T00:00:00Z"), certificate, Multihash.sha256(certificate));
        assertRefused(Instant.parse("2030-05-31T23:59:59Z"), certificate).hasMessageContaining("not valid before");
        assertRefused(Instant.parse("2030-06-03T00:00:01Z"), certificate).hasMessageContaining("not valid after");
    }

    @Test
    void keysOfRsaAreRefused() throws Exception {
        assertRefused(
                        NOW,
                        TestCertificate.rsa(2048)
                                .validity(FROM, "20300615000000Z")
                                .encoded())
                .hasMessageContaining("RSA");
        assertRefused(
                        NOW,
                        TestCertificate.pss(256, 32, 32)
                                .validity(FROM, "20300615000000Z")
                                .encoded())
                .hasMessageContaining("RSA");
    }

    @Test
    void nonsenseWithTheRightHashIsRefused() {
        assertRefused(NOW, new byte[] {0x30, 0}).hasMessageContaining("malformed");
        assertRefused(NOW, new byte[20_000]).hasMessageContaining("more than the limit");
    }
}
