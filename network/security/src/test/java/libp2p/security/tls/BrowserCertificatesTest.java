package libp2p.security.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import libp2p.core.identity.Identity;
import libp2p.security.Identities;
import libp2p.security.tls.BrowserCertificates.Shown;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrowserCertificatesTest {
    private static final Instant NOW = Instant.parse("2030-06-01T12:34:56.789Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private static X509Certificate parsed(BrowserCertificate certificate) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate.certificate()));
    }

    static List<String> keyTypes() {
        return Identities.types();
    }

    @ParameterizedTest
    @MethodSource("keyTypes")
    void aBrowserTakesThem(String type) throws Exception {
        for (BrowserCertificate certificate :
                new BrowserCertificates(Identities.of(type)).at(NOW).all()) {
            X509Certificate parsed = parsed(certificate);
            parsed.verify(parsed.getPublicKey());
            assertThat(parsed.getPublicKey())
                    .isInstanceOfSatisfying(
                            ECPublicKey.class,
                            key -> assertThat(key.getParams().getOrder().bitLength())
                                    .isEqualTo(256));
            assertThat(parsed.getNotBefore().toInstant()).isEqualTo(certificate.notBefore());
            assertThat(parsed.getNotAfter().toInstant()).isEqualTo(certificate.notAfter());
            assertThat(Duration.between(certificate.notBefore(), certificate.notAfter()))
                    .isEqualTo(Duration.ofDays(14));
            assertThat(parsed.getKeyUsage()[0]).isTrue();
            assertThat(parsed.getSerialNumber().signum()).isPositive();
            assertThat(certificate.hash().matches(certificate.certificate())).isTrue();
        }
    }

    @Test
    void theSameAreShownAfterARestart() {
        Identity identity = Identities.alice();
        Shown before = new BrowserCertificates(identity).at(NOW);
        Shown after = new BrowserCertificates(identity).at(NOW.plusSeconds(1));
        assertThat(after.current().certificate()).isEqualTo(before.current().certificate());
        assertThat(after.next().certificate()).isEqualTo(before.next().certificate());
        assertThat(after.current().certificate()).isNotEqualTo(before.next().certificate());
    }

    @Test
    void eachHostHasItsOwnKeysAndItsOwnTimes() {
        Shown alice = new BrowserCertificates(Identities.alice()).at(NOW);
        Shown bob = new BrowserCertificates(Identities.of(Identities.types().getLast())).at(NOW);
        assertThat(alice.current().hash()).isNotEqualTo(bob.current().hash());
        assertThat(alice.until()).isNotEqualTo(bob.until());
    }

    /** Around a change, by a host that has just started. */
    @ParameterizedTest
    @ValueSource(longs = {-7_200, -3_600, -1, 0, 1, 3_599, 3_600, 7_200})
    void clocksMayDifferByAnHour(long seconds) {
        Instant change = new BrowserCertificates(Identities.alice()).at(NOW).until();
        Instant now = change.plusSeconds(seconds);
        Shown shown = new BrowserCertificates(Identities.alice()).at(now);
        assertThat(shown.current().notBefore()).isBeforeOrEqualTo(now.minus(HOUR));
        assertThat(shown.current().notAfter()).isAfter(now.plus(HOUR));
        assertThat(shown.until()).isAfter(now);
    }

    @Test
    void theNextOneIsShownWhenItsTimeHasCome() {
        BrowserCertificates certificates = new BrowserCertificates(Identities.alice());
        Shown before = certificates.at(NOW);
        assertThat(certificates.at(before.until().minusSeconds(1))).isSameAs(before);
        Shown after = certificates.at(before.until());
        assertThat(after.last().hash()).isEqualTo(before.current().hash());
        assertThat(after.current().hash()).isEqualTo(before.next().hash());
        assertThat(certificates.at(NOW).current().hash())
                .as("a clock that was set back")
                .isEqualTo(before.current().hash());
    }
}
