package libp2p.ipfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import libp2p.Libp2p;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.record.SignedEnvelope;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signed statements about content, between two hosts. */
class AttestationsTest {
    private static final Cid CID = Cid.v1(Multicodec.RAW, Multihash.sha256(new byte[1]));
    private static final Cid OTHER = Cid.v1(Multicodec.RAW, Multihash.sha256(new byte[2]));

    private Host one;
    private Host two;

    private static Host host() throws IOException {
        return Libp2p.host()
                .listen("/ip4/127.0.0.1/tcp/0")
                .limit("attestations.per-content", "3")
                .limit("attestations.claim-bytes", "100")
                .with(new Attestations())
                .start();
    }

    @BeforeEach
    void open() throws IOException {
        one = host();
        two = host();
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    private static Attestations of(Host host) {
        return host.find(Attestations.class).orElseThrow();
    }

    private PeerAddress at(Host host) {
        return PeerAddress.of(host.peerId(), host.addresses());
    }

    @Test
    void aPeerIsToldWhatOthersHaveSignedAndCanCheckIt() throws IOException {
        Attestation signed = of(one).attest(CID, "reviewed");
        of(one).attest(OTHER, "broken");
        List<Attestation> told = of(two).ask(at(one), CID);
        assertThat(told).singleElement().satisfies(attestation -> {
            assertThat(attestation.signer()).isEqualTo(one.peerId());
            assertThat(attestation.cid()).isEqualTo(CID);
            assertThat(attestation.claim()).isEqualTo("reviewed");
            assertThat(attestation.at()).isEqualTo(signed.at());
        });
        assertThat(of(two).about(CID)).as("nothing is kept that was asked for").isEmpty();
        of(two).keep(told.getFirst());
        of(two).attest(CID, "reviewed");
        assertThat(of(one).ask(at(two), CID))
                .extracting(Attestation::signer)
                .containsExactlyInAnyOrder(one.peerId(), two.peerId());
        of(one).remove(signed);
        assertThat(of(two).ask(at(one), CID)).isEmpty();
    }

    @Test
    void theSameClaimIsKeptOnceAndTheirNumberIsBounded() throws IOException {
        for (int i = 0; i < 5; i++) {
            of(one).attest(CID, "the same");
        }
        assertThat(of(one).about(CID)).hasSize(1);
        of(one).attest(CID, "b");
        of(one).attest(CID, "c");
        assertThatThrownBy(() -> of(one).attest(CID, "d"))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("attestations of one CID");
        assertThatThrownBy(() -> of(one).attest(CID, "x".repeat(101))).hasMessageContaining("limit of 100 bytes");
    }

    /** A hostile peer: another's words, another's content, too many, too long. */
    @Test
    void anOlderStatementDoesNotReplaceALaterOne() throws IOException {
        Attestation older = Attestation.sign(one.identity(), CID, "reviewed", Instant.ofEpochSecond(1_000));
        Attestation later = Attestation.sign(one.identity(), CID, "reviewed", Instant.ofEpochSecond(2_000));
        of(two).keep(older);
        of(two).keep(later);
        of(two).keep(older);
        assertThat(of(two).about(CID))
                .singleElement()
                .satisfies(kept -> assertThat(kept.at()).isEqualTo(later.at()));
    }

    @Test
    void answersThatDoNotHoldAreRefused() throws IOException {
        two.close();
        Attestation aboutOther =
                Attestation.sign(one.identity(), OTHER, "x", one.environment().wallClock());
        byte[] good = Attestation.sign(
                        one.identity(), CID, "x", one.environment().wallClock())
                .envelope()
                .toBytes();
        byte[] forged = good.clone();
        forged[forged.length - 1] ^= 1;
        byte[] foreign = SignedEnvelope.seal(one.identity(), "something else", new byte[] {1}, new byte[] {2})
                .toBytes();
        refused(ProtocolViolationException.class, aboutOther.envelope().toBytes());
        refused(InvalidRecordException.class, forged);
        refused(InvalidRecordException.class, foreign);
        refused(ProtocolViolationException.class, good, good, good, good);
        refused(ProtocolViolationException.class, new byte[20_000]);
    }

    private void refused(Class<? extends Exception> as, byte[]... envelopes) throws IOException {
        ProtobufWriter answer = new ProtobufWriter();
        for (byte[] envelope : envelopes) {
            answer.bytes(1, envelope);
        }
        byte[] bytes = libp2p.core.protobuf.Delimited.frame(answer.toByteArray());
        try (Host hostile = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start()) {
            hostile.handle(Attestations.PROTOCOL, stream -> stream.writeLast(bytes));
            assertThatThrownBy(() -> of(one).ask(at(hostile), CID))
                    .isInstanceOfAny(as, libp2p.core.protobuf.ProtobufException.class);
        }
    }

    @Test
    void aTimeBeyondAllTimesIsMalformed() {
        Identity identity = Identity.generate(SystemEnvironment.shared());
        byte[] payload = new ProtobufWriter()
                .bytes(1, CID.toBytes())
                .uint64(3, Long.MAX_VALUE)
                .toByteArray();
        SignedEnvelope envelope = SignedEnvelope.seal(
                identity,
                "ipfs-kit-content-attestation",
                "/ipfs-kit/content/attest".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                payload);
        assertThatThrownBy(() -> Attestation.of(envelope, AttestationLimits.DEFAULT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("out of range");
        assertThat(AttestationLimits.DEFAULT.timeout()).isEqualTo(Duration.ofSeconds(10));
    }
}
