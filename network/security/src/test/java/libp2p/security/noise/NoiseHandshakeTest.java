package libp2p.security.noise;

import static libp2p.contracts.security.Handshakes.ENVIRONMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PublicKey;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.crypto.Crypto;
import libp2p.security.Identities;
import libp2p.security.Json;
import libp2p.security.SecurityLimits;
import libp2p.security.noise.NoiseHandshake.Settings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NoiseHandshakeTest {
    private static final NoiseKeys ALICE = NoiseKeys.create(Identities.alice(), ENVIRONMENT);
    private static final NoiseKeys BOB = NoiseKeys.create(Identities.bob(), ENVIRONMENT);
    private static final Settings INITIATOR = Settings.of(Role.INITIATOR, null);
    private static final Settings RESPONDER = Settings.of(Role.RESPONDER, null);

    private static NoiseHandshake handshake(NoiseKeys keys, Settings settings) {
        return new NoiseHandshake(keys, settings, SecurityLimits.DEFAULT, ENVIRONMENT);
    }

    private static void run(NoiseHandshake initiator, NoiseHandshake responder) throws IOException {
        responder.read(initiator.write());
        initiator.read(responder.write());
        responder.read(initiator.write());
    }

    @Test
    void bothSidesGetIdentityExtensionsAndMatchingKeys() throws Exception {
        byte[] certhash = {0x12, 0x20, 1, 2, 3};
        NoiseHandshake initiator =
                handshake(ALICE, INITIATOR.withExtensions(NoiseExtensions.ofMuxers(List.of("/yamux/1.0.0"))));
        NoiseHandshake responder =
                handshake(BOB, RESPONDER.withExtensions(NoiseExtensions.ofCerthashes(List.of(certhash))));
        run(initiator, responder);
        try (NoiseSession a = initiator.finish();
                NoiseSession b = responder.finish()) {
            assertThat(a.remotePeer()).isEqualTo(Identities.bob().peerId());
            assertThat(b.remotePeer()).isEqualTo(Identities.alice().peerId());
            assertThat(a.remoteExtensions().certhashes()).containsExactly(certhash);
            assertThat(b.remoteExtensions().streamMuxers()).containsExactly("/yamux/1.0.0");
            assertThat(a.handshakeHash()).isEqualTo(b.handshakeHash());
            byte[] sealed = a.sealer().seal(0, new byte[0], new byte[] {1, 2, 3});
            assertThat(b.opener().open(0, new byte[0], sealed)).containsExactly(1, 2, 3);
        }
    }

    @Test
    void theListenerMayBeTheInitiator() throws Exception { // as in WebRTC: role and who dialed are independent
        byte[] prologue = "libp2p-webrtc-noise:".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        NoiseHandshake listener = handshake(ALICE, INITIATOR.withPrologue(prologue));
        NoiseHandshake dialer = handshake(
                BOB, Settings.of(Role.RESPONDER, Identities.alice().peerId()).withPrologue(prologue));
        run(listener, dialer);
        assertThat(dialer.finish().remotePeer()).isEqualTo(Identities.alice().peerId());
    }

    @Test
    void anotherPrologueIsNoticed() throws Exception {
        NoiseHandshake initiator = handshake(ALICE, INITIATOR.withPrologue(new byte[] {1}));
        NoiseHandshake responder = handshake(BOB, RESPONDER.withPrologue(new byte[] {2}));
        responder.read(initiator.write());
        byte[] message = responder.write();
        assertThatThrownBy(() -> initiator.read(message))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("message 2 is not authentic");
    }

    @Test
    void theInitiatorDoesNotTellWhoItIsToAnotherPeer() throws Exception {
        NoiseHandshake initiator = handshake(
                ALICE, Settings.of(Role.INITIATOR, Identities.of("ecdsa").peerId()));
        NoiseHandshake responder = handshake(BOB, RESPONDER);
        responder.read(initiator.write());
        byte[] message = responder.write();
        assertThatThrownBy(() -> initiator.read(message)).isInstanceOf(PeerMismatchException.class);
    }

    @Test
    void theVerifierOfExtensionsIsAskedAfterTheIdentityAndMayRefuse() throws Exception {
        List<NoiseExtensions> seen = new ArrayList<>();
        NoiseHandshake initiator = handshake(ALICE, INITIATOR.withVerifier(extensions -> {
            seen.add(extensions);
            throw new IOException("no such certificate");
        }));
        NoiseHandshake responder =
                handshake(BOB, RESPONDER.withExtensions(NoiseExtensions.ofCerthashes(List.of(new byte[] {9}))));
        responder.read(initiator.write());
        byte[] message = responder.write();
        assertThatThrownBy(() -> initiator.read(message)).hasMessage("no such certificate");
        assertThat(seen.getFirst().certhashes()).containsExactly(new byte[] {9});
        assertThatThrownBy(initiator::finish).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPayloadInTheFirstMessageIsRefused() {
        NoiseHandshake responder = handshake(BOB, RESPONDER);
        assertThatThrownBy(() -> responder.read(new byte[33]))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("more than the limit of 32");
    }

    /** Hands a payload, whatever it is, to an initiator as that of the second message. */
    private static Throwable refusal(byte[] payload) throws Exception {
        NoiseHandshake initiator = handshake(ALICE, INITIATOR);
        byte[] ephemeral = Crypto.standard().x25519().generatePrivateKey(ENVIRONMENT::secureRandom);
        HandshakeState responder = new HandshakeState(
                Crypto.standard(), false, new byte[0], BOB.staticPrivate(), BOB.staticPublic(), ephemeral);
        responder.read(initiator.write());
        byte[] message = responder.write(payload);
        try {
            initiator.read(message);
            return null;
        } catch (IOException refused) {
            return refused;
        }
    }

    private static byte[] withMuxers(List<String> muxers) {
        return BOB.payload(NoiseExtensions.ofMuxers(muxers));
    }

    @Test
    void aHundredMuxersAreTakenAndMoreAreRefused() throws Exception {
        List<String> muxers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            muxers.add("");
        }
        assertThat(refusal(withMuxers(muxers.subList(0, 100)))).isNull();
        assertThat(refusal(withMuxers(muxers.subList(0, 101))))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("more stream muxers than the limit of 100");
        assertThat(refusal(withMuxers(muxers.subList(0, 7_000))))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("limit");
        assertThat(refusal(withMuxers(muxers)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("more than the limit of");
    }

    @Test
    void incompleteAndForeignPayloadsAreRefused() throws Exception {
        byte[] key = Identities.bob().publicKey().toProtobuf();
        byte[] otherKey = Identities.alice().publicKey().toProtobuf();
        byte[] signature = HandshakePayload.decode(BOB.payload(NoiseExtensions.NONE), SecurityLimits.DEFAULT)
                .signature();
        assertThat(refusal(new byte[0])).hasMessageContaining("without identity_key");
        assertThat(refusal(new ProtobufWriter().bytes(1, key).toByteArray())).hasMessageContaining("identity_sig");
        assertThat(refusal(new ProtobufWriter()
                        .bytes(1, otherKey)
                        .bytes(2, signature)
                        .toByteArray()))
                .hasMessageContaining("did not sign the static key");
        assertThat(refusal(new ProtobufWriter()
                        .bytes(1, new byte[3])
                        .bytes(2, signature)
                        .toByteArray()))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("identity key");
        assertThat(refusal(new ProtobufWriter()
                        .bytes(1, key)
                        .bytes(2, signature)
                        .bytes(777, new byte[5])
                        .toByteArray()))
                .as("unknown fields are passed over")
                .isNull();
    }

    @Test
    void aHugeRsaKeyIsRefusedBeforeItsSignatureIsChecked() throws Exception {
        for (int bits : new int[] {8193, 12_000, 16_384}) {
            byte[] payload = new ProtobufWriter()
                    .bytes(1, Identities.rsaKeyMessage(bits))
                    .bytes(2, new byte[1024])
                    .toByteArray();
            assertThat(refusal(payload))
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining(
                            bits == 16_384 ? "more than the limit of 2048" : bits + " bits, allowed 2048..8192");
        }
    }

    static List<Map<String, Object>> goldenPayloads() {
        return Json.objects("/golden-go/noise_payloads.json");
    }

    @Tag("vectors")
    @ParameterizedTest
    @MethodSource("goldenPayloads")
    void signaturesOfTheReferenceImplementationVerify(Map<String, Object> golden) throws Exception {
        PublicKey key = PublicKey.fromProtobuf(hex(golden.get("identityKey")));
        byte[] signature = hex(golden.get("identitySig"));
        byte[] staticKey = hex(golden.get("noiseStatic"));
        assertThat(key.peerId()).hasToString((String) golden.get("peerId"));
        assertThat(key.verify(NoiseKeys.signedBytes(staticKey), signature)).isTrue();
        staticKey[7] ^= 1;
        assertThat(key.verify(NoiseKeys.signedBytes(staticKey), signature)).isFalse();
    }

    private static byte[] hex(Object text) {
        return HexFormat.of().parseHex((String) text);
    }

    /** A key that is closed signs nothing any more. */
    @Test
    void theStaticKeyIsSignedOnce() throws Exception {
        Identity identity = Identity.generate(ENVIRONMENT);
        NoiseKeys keys = NoiseKeys.create(identity, ENVIRONMENT);
        identity.key().close();
        assertThatThrownBy(() -> identity.key().sign(new byte[1])).isInstanceOf(IllegalStateException.class);
        for (int handshake = 0; handshake < 2; handshake++) {
            HandshakePayload payload =
                    HandshakePayload.decode(keys.payload(NoiseExtensions.NONE), SecurityLimits.DEFAULT);
            assertThat(identity.publicKey().verify(NoiseKeys.signedBytes(keys.staticPublic()), payload.signature()))
                    .isTrue();
        }
    }

    @Test
    void mutatedPayloadsNeverDoWorseThanAProtocolViolation() {
        byte[] valid = BOB.payload(
                new NoiseExtensions(List.of(new byte[34], new byte[34]), List.of("/yamux/1.0.0", "/mplex/6.7.0")));
        Random random = new Random(20261121);
        for (int i = 0; i < 50_000; i++) {
            byte[] mutant =
                    Arrays.copyOf(valid, random.nextInt(8) == 0 ? random.nextInt(valid.length + 9) : valid.length);
            for (int changes = random.nextInt(6); changes >= 0 && mutant.length > 0; changes--) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
            }
            try {
                HandshakePayload decoded = HandshakePayload.decode(mutant, SecurityLimits.DEFAULT);
                assertThat(decoded.extensions().streamMuxers().size()).isLessThanOrEqualTo(100);
            } catch (ProtocolViolationException expected) {
                assertThat(expected).hasMessageStartingWith("/noise: ");
            }
        }
    }
}
