package libp2p.security.tls;

import static libp2p.contracts.security.Handshakes.ENVIRONMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.security.Identities;
import libp2p.security.Json;
import libp2p.security.SecurityLimits;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Libp2pCertificateTest {
    private static final Instant NOW = Instant.parse("2030-06-01T00:00:00Z");
    private static final Identity ALICE = Identities.alice();

    private static PublicKey verify(byte[]... chain) throws IOException {
        return Libp2pCertificate.verify(List.of(chain), null, NOW, SecurityLimits.DEFAULT);
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(byte[]... chain) {
        return assertThatThrownBy(() -> verify(chain)).isInstanceOf(ProtocolViolationException.class);
    }

    static List<Map<String, Object>> vectors() {
        List<Map<String, Object>> all = new ArrayList<>(Json.objects("/tls/spec_certificates.json"));
        all.addAll(Json.objects("/golden-go/tls_certificates.json"));
        return all;
    }

    @Tag("vectors")
    @ParameterizedTest
    @MethodSource("vectors")
    void vectorsOfTheSpecificationAndOfGoAreJudgedAsTheySay(Map<String, Object> vector) throws Exception {
        byte[] der = HexFormat.of()
                .parseHex((String) vector.getOrDefault("certificateDerHex", vector.get("certificateDer")));
        if (String.valueOf(vector.get("title")).startsWith("Invalid")) {
            assertRefused(der).hasMessageContaining("did not sign the key of the certificate");
        } else {
            assertThat(verify(der).peerId()).hasToString((String) vector.get("peerId"));
        }
    }

    static List<String> keyTypes() {
        return Identities.types();
    }

    @ParameterizedTest
    @MethodSource("keyTypes")
    void whatThisSideMakesItAccepts(String type) throws Exception {
        Identity identity = Identities.of(type);
        Libp2pCertificate certificate = Libp2pCertificate.create(identity, ENVIRONMENT);
        PublicKey key = Libp2pCertificate.verify(
                List.of(certificate.encoded()), identity.peerId(), NOW, SecurityLimits.DEFAULT);
        assertThat(key).isEqualTo(identity.publicKey());
        X509Certificate parsed = JssePeer.Keys.x509(certificate);
        parsed.verify(parsed.getPublicKey());
        assertThat(parsed.getVersion()).isEqualTo(3);
        assertThat(certificate.encodedPrivateKey())
                .isEqualTo(JssePeer.Keys.privateKey(certificate).getEncoded());
    }

    @Test
    void everyCertificateHasItsOwnKey() {
        assertThat(Libp2pCertificate.create(ALICE, ENVIRONMENT).encodedPrivateKey())
                .isNotEqualTo(Libp2pCertificate.create(ALICE, ENVIRONMENT).encodedPrivateKey());
    }

    @Test
    void anotherPeerThanTheExpectedOneIsRefused() {
        byte[] der = Libp2pCertificate.create(ALICE, ENVIRONMENT).encoded();
        PeerId bob = Identities.bob().peerId();
        assertThatThrownBy(() -> Libp2pCertificate.verify(List.of(der), bob, NOW, SecurityLimits.DEFAULT))
                .isInstanceOf(PeerMismatchException.class);
    }

    @Test
    void exactlyOneCertificateIsTaken() {
        byte[] der = Libp2pCertificate.create(ALICE, ENVIRONMENT).encoded();
        assertRefused().hasMessageContaining("0 certificates");
        assertRefused(der, der).hasMessageContaining("2 certificates");
    }

    @Test
    void theValidityIsCheckedToTheSecond() throws Exception {
        verify(TestCertificate.p256()
                .of(ALICE)
                .validity("300601000000Z", "400101000000Z")
                .encoded());
        verify(TestCertificate.p256()
                .of(ALICE)
                .validity("500101000000Z", "20300601000000Z")
                .encoded());
        assertRefused(TestCertificate.p256()
                        .of(ALICE)
                        .validity("20300601000001Z", "400101000000Z")
                        .encoded())
                .hasMessageContaining("not valid before 2030-06-01T00:00:01Z");
        assertRefused(TestCertificate.p256()
                        .of(ALICE)
                        .validity("200101000000Z", "300531235959Z")
                        .encoded())
                .hasMessageContaining("not valid after 2030-05-31T23:59:59Z");
        assertRefused(TestCertificate.p256()
                        .of(ALICE)
                        .validity("209901000000Z", "400101000000Z")
                        .encoded())
                .hasMessageContaining("time");
        assertRefused(TestCertificate.p256()
                        .of(ALICE)
                        .validity("2001010000Z", "400101000000Z")
                        .encoded())
                .hasMessageContaining("time");
    }

    @Test
    void unknownExtensionsMatterOnlyIfCritical() throws Exception {
        byte[] unknown = {0x2a, 3, 4};
        verify(TestCertificate.p256()
                .of(ALICE)
                .extension(unknown, false, new byte[3])
                .encoded());
        assertRefused(TestCertificate.p256()
                        .of(ALICE)
                        .extension(unknown, true, new byte[3])
                        .encoded())
                .hasMessageContaining("critical extension");
        assertRefused(TestCertificate.p256().of(ALICE).of(ALICE).encoded()).hasMessageContaining("twice");
        TestCertificate many = TestCertificate.p256().of(ALICE);
        for (byte i = 0; i < 32; i++) {
            many.extension(new byte[] {0x2a, i}, false, new byte[1]);
        }
        assertRefused(many.encoded()).hasMessageContaining("more than 32 extensions");
    }

    @Test
    void theLibp2pExtensionMayBeCritical() throws Exception {
        TestCertificate certificate = TestCertificate.p256();
        byte[] signature = ALICE.key()
                .sign(CertificateVerifier.signedBytes(
                        certificate.keys().getPublic().getEncoded()));
        byte[] signedKey = CertificateVerifier.signedKey(ALICE.publicKey().toProtobuf(), signature);
        assertThat(verify(certificate.extension(Oid.LIBP2P, true, signedKey).encoded()))
                .isEqualTo(ALICE.publicKey());
    }

    @Test
    void aCertificateWithoutHostKeyIsRefused() throws Exception {
        assertRefused(TestCertificate.p256().encoded()).hasMessageContaining("no libp2p public key extension");
        assertRefused(TestCertificate.p256()
                        .extension(Oid.LIBP2P, false, new byte[0])
                        .encoded())
                .hasMessageContaining("malformed");
        byte[] badKey = CertificateVerifier.signedKey(new byte[4], new byte[64]);
        assertRefused(TestCertificate.p256()
                        .extension(Oid.LIBP2P, false, badKey)
                        .encoded())
                .hasMessageContaining("host key");
    }

    @Test
    void aHugeRsaKeyOfTheHostIsRefusedBeforeItsSignatureIsChecked() throws Exception {
        for (int bits : new int[] {8193, 12_000, 16_384}) {
            byte[] signedKey = CertificateVerifier.signedKey(Identities.rsaKeyMessage(bits), new byte[1024]);
            byte[] certificate = TestCertificate.p256()
                    .extension(Oid.LIBP2P, false, signedKey)
                    .encoded();
            assertThatThrownBy(() -> verify(certificate))
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining(
                            bits == 16_384 ? "more than the limit of 2048" : bits + " bits, allowed 2048..8192");
        }
    }

    @Test
    void deprecatedFormsAreRefused() throws Exception {
        assertRefused(TestCertificate.p256().of(ALICE).uniqueId().encoded()).hasMessageContaining("unique id");
        assertRefused(TestCertificate.p256().of(ALICE).version(1).encoded()).hasMessageContaining("malformed");
        assertRefused(TestCertificate.rsaWithSha1().of(ALICE).encoded()).hasMessageContaining("not signed by its own");
    }

    @Test
    void aCertificateSignedByAnotherKeyIsRefused() throws Exception {
        assertRefused(TestCertificate.p256()
                        .of(ALICE)
                        .signedBy(TestCertificate.keys("EC", 256))
                        .encoded())
                .hasMessageContaining("not signed by its own key");
    }

    @Test
    void otherKeysThanP256AreTakenWithinReason() throws GeneralSecurityException, IOException {
        for (TestCertificate certificate :
                List.of(TestCertificate.p384(), TestCertificate.ed25519(), TestCertificate.rsa(2048))) {
            assertThat(verify(certificate.of(ALICE).encoded())).isEqualTo(ALICE.publicKey());
        }
        assertRefused(TestCertificate.rsa(1024).of(ALICE).encoded()).hasMessageContaining("not signed by its own key");
    }

    /** RFC 5280 wants an issuer, the specification does not; rust-libp2p's own certificates have none. */
    @Test
    void namesMayBeEmptyWhateverTheAlgorithm() throws Exception {
        for (TestCertificate certificate : List.of(
                TestCertificate.p256(),
                TestCertificate.ed25519(),
                TestCertificate.rsa(2048),
                TestCertificate.ecdsa(256, 384),
                TestCertificate.ecdsa(256, 512),
                TestCertificate.ecdsa(384, 384),
                TestCertificate.ecdsa(384, 512),
                TestCertificate.ecdsa(521, 512),
                TestCertificate.pss(256, 32, 32),
                TestCertificate.pss(384, 48, 48),
                TestCertificate.pss(512, 64, 64))) {
            assertThat(verify(certificate.withoutNames().of(ALICE).encoded())).isEqualTo(ALICE.publicKey());
        }
    }

    @Test
    void weakAndUnusualSignaturesAreRefused() throws Exception {
        for (TestCertificate certificate : List.of(
                TestCertificate.ecdsa(384, 256),
                TestCertificate.ecdsa(521, 384),
                TestCertificate.pss(160, 20, 20),
                TestCertificate.pss(256, 20, 20),
                TestCertificate.pss(256, 32, Integer.MAX_VALUE))) {
            assertRefused(certificate.of(ALICE).encoded()).hasMessageContaining("not signed by its own key");
        }
    }

    @Test
    void serialsAndBooleansHaveTheirOnlyForm() throws Exception {
        for (byte[] serial : new byte[][] {{2, 0}, {2, 1, (byte) 0x80}, {2, 2, 0, 1}}) {
            assertRefused(TestCertificate.p256().of(ALICE).serial(serial).encoded())
                    .hasMessageContaining("malformed");
        }
        byte[] almostTrue = {1, 1, 1};
        assertRefused(TestCertificate.p256()
                        .of(ALICE)
                        .extension(new byte[] {0x2a, 3, 4}, almostTrue, new byte[3])
                        .encoded())
                .hasMessageContaining("BOOLEAN");
    }

    @Test
    void anOversizedCertificateIsRefusedUnread() {
        assertRefused(new byte[16_385]).hasMessageContaining("16385 bytes, more than the limit of 16384");
    }

    @Test
    void everyChangedByteAndEveryTruncationIsRefused() {
        byte[] der = Libp2pCertificate.create(ALICE, ENVIRONMENT).encoded();
        Random random = new Random(11);
        for (int i = 0; i < der.length; i++) {
            byte[] changed = der.clone();
            changed[i] ^= (byte) (1 + random.nextInt(255));
            assertRefused(changed).as("byte %s", i);
            assertRefused(Arrays.copyOf(der, i)).as("length %s", i);
        }
    }

    @Test
    void mutatedCertificatesNeverDoWorseThanAProtocolViolation() throws Exception {
        byte[] valid = TestCertificate.ed25519()
                .of(ALICE)
                .extension(TestCertificate.KEY_USAGE, false, new byte[4])
                .encoded();
        Random random = new Random(12);
        for (int i = 0; i < 5_000; i++) {
            byte[] mutant = valid.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
            }
            if (!Arrays.equals(mutant, valid)) {
                assertRefused(mutant);
            }
        }
    }
}
