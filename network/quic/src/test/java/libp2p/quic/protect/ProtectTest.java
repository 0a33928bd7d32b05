package libp2p.quic.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import libp2p.crypto.Crypto;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.quic.protect.AddressValidationTokens.Verdict;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import org.junit.jupiter.api.Test;

class ProtectTest {
    private static final ConnectionId CLIENTS_FIRST = ConnectionId.of(hex("8394c8f03e515708"));

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static byte[] bytes(ByteBuffer buffer, int from, int to) {
        byte[] bytes = new byte[to - from];
        buffer.get(from, bytes);
        return bytes;
    }

    /** RFC 9001, section A.2. */
    @Test
    void theClientsInitialIsThatOfTheSpecification() {
        byte[] crypto = hex("060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c"
                + "00000413011302010000c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800"
                + "100007000504616c706e000500050100000000003300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71"
                + "f50f1ce15d43e994ec74d748002b0003020304000d0010000e0403050306030203080408050806002d00020101001c0002"
                + "4001003900320408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f03e5157"
                + "0806048000ffff");
        byte[] header = hex("c300000001088394c8f03e5157080000449e00000002");
        for (boolean direct : new boolean[] {false, true}) {
            ByteBuffer packet = direct ? ByteBuffer.allocateDirect(1300) : ByteBuffer.allocate(1300);
            packet.put(40, header).put(40 + header.length, crypto);
            int end = InitialKeys.of(CLIENTS_FIRST, true, true).seal(packet, 40, 58, 4, 2, 40 + header.length + 1162);
            assertThat(end - 40).isEqualTo(1200);
            assertThat(bytes(packet, 40, 40 + 62))
                    .isEqualTo(hex("c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9b"
                            + "d8bab936b47d92ec356c0bab7df5976d27cd449f63300099"));
            assertThat(bytes(packet, end - 16, end)).isEqualTo(hex("e221af44860018ab0856972e194cd934"));
        }
    }

    /** RFC 9001, section A.3. */
    @Test
    void theServersInitialIsOpenedAsInTheSpecification() {
        byte[] sealed = hex("cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554"
                + "780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19"
                + "fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee");
        byte[] plain = hex("02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a04"
                + "5a1200130100002e00330024001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a00"
                + "2b00020304");
        PacketKeys keys = InitialKeys.of(CLIENTS_FIRST, false, false);
        byte[] head = sealed.clone();
        assertThat(keys.unmask(head, 0, 18)).isEqualTo(2);
        assertThat(Arrays.copyOf(head, 20)).isEqualTo(hex("c1000000010008f067a5502a4262b50040750001"));
        byte[] target = new byte[200];
        int length = keys.open(ByteBuffer.wrap(head), 0, 20, 1, sealed.length, target);
        assertThat(Arrays.copyOf(target, length)).isEqualTo(plain);
        assertThat(keys.open(ByteBuffer.wrap(sealed), 0, 20, 1, sealed.length, target))
                .isEqualTo(-1);
    }

    /** RFC 9001, section A.4. */
    @Test
    void retryIsThatOfTheSpecification() {
        byte[] retry = hex("ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba");
        ConnectionId source = ConnectionId.of(hex("f067a5502a4262b5"));
        assertThat(RetryPacket.encode(ConnectionId.EMPTY, source, CLIENTS_FIRST, hex("746f6b656e")))
                .isEqualTo(retry);
        assertThat(RetryPacket.isAuthentic(CLIENTS_FIRST, retry, 0, retry.length))
                .isTrue();
        assertThat(RetryPacket.isAuthentic(source, retry, 0, retry.length)).isFalse();
        retry[15] ^= 1;
        assertThat(RetryPacket.isAuthentic(CLIENTS_FIRST, retry, 0, retry.length))
                .isFalse();
        assertThat(RetryPacket.isAuthentic(CLIENTS_FIRST, retry, 0, 15)).isFalse();
    }

    /** RFC 9001, section A.5. */
    @Test
    void theShortHeaderPacketIsThatOfTheSpecification() {
        PacketKeys keys = new PacketKeys(
                AeadAlgorithm.CHACHA20_POLY1305,
                hex("9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b"),
                true);
        ByteBuffer packet = ByteBuffer.allocate(40).put(0, hex("4200bff401"));
        assertThat(keys.seal(packet, 0, 1, 3, 654360564, 5)).isEqualTo(21);
        assertThat(bytes(packet, 0, 21)).isEqualTo(hex("4cfe4189655e5cd55c41f69080575d7999c25a5bfb"));
    }

    @Test
    void packetsThatAreProtectedTogetherAreThoseThatAreProtectedOneByOne() {
        for (boolean direct : new boolean[] {false, true}) {
            ByteBuffer alone = direct ? ByteBuffer.allocateDirect(400) : ByteBuffer.allocate(400);
            ByteBuffer together = direct ? ByteBuffer.allocateDirect(400) : ByteBuffer.allocate(400);
            ByteBuffer masks = direct ? ByteBuffer.allocateDirect(64) : ByteBuffer.allocate(64);
            masks.order(ByteOrder.LITTLE_ENDIAN);
            try (PacketKeys keys = keys(5, true)) {
                for (int i = 0; i < 4; i++) {
                    int numberLength = i < 2 ? 2 : 3; // it grows between two packets
                    byte[] plain = new byte[80];
                    Arrays.fill(plain, (byte) i);
                    plain[0] = (byte) (0x40 | numberLength - 1);
                    long number = 0x123456 + i;
                    for (int j = 0; j < numberLength; j++) {
                        plain[9 + j] = (byte) (number >>> 8 * (numberLength - 1 - j));
                    }
                    int end = i == 3 ? 50 : 80; // the last one may be shorter
                    alone.put(96 * i, plain);
                    keys.seal(alone, 96 * i, 96 * i + 9, numberLength, number, 96 * i + end);
                    assertThat(keys.seal(plain, together, 96 * i, 9, numberLength, number, end))
                            .isEqualTo(96 * i + end + 16);
                }
                keys.protect(together, 0, 96, 4, 9, masks);
                assertThat(bytes(together, 0, 96 * 3 + 66)).isEqualTo(bytes(alone, 0, 96 * 3 + 66));
            }
        }
    }

    private static final byte[] SECRET = new byte[32];

    private static PacketKeys keys(int side, boolean sealing) {
        byte[] secret = SECRET.clone();
        secret[0] = (byte) side;
        return new PacketKeys(AeadAlgorithm.AES_128_GCM, secret, sealing);
    }

    private static final class Side {
        final KeyPhases phases;
        long number;

        Side(int own, int other) {
            phases = new KeyPhases(keys(own, true), keys(other, false));
        }

        ByteBuffer send() {
            ByteBuffer packet = ByteBuffer.allocate(64);
            packet.put(0, (byte) (0x40 | (phases.phase() ? 4 : 0))).put(1, (byte) number);
            phases.seal(packet, 0, 1, 1, number++, 30);
            return packet;
        }

        int take(ByteBuffer packet, long packetNumber, long now) throws TransportException {
            byte[] head = bytes(packet, 0, 64);
            int length = phases.unmask(head, 0, 1);
            ByteBuffer open = ByteBuffer.wrap(head);
            return phases.open((head[0] & 4) != 0, open, 0, 1 + length, packetNumber, 46, new byte[64], now + 100);
        }
    }

    @Test
    void keysAreUpdatedByEitherSideAndOldPacketsStillOpenForAWhile() throws Exception {
        Side a = new Side(1, 2);
        Side b = new Side(2, 1);
        ByteBuffer first = a.send();
        ByteBuffer late = a.send();
        assertThat(b.take(first, 0, 0)).isEqualTo(28);
        assertThat(a.phases.mayUpdate()).isFalse();
        a.phases.acknowledged(0);
        assertThat(a.phases.mayUpdate()).isTrue();
        a.phases.update();
        assertThat(b.take(a.send(), 2, 0)).isEqualTo(28);
        assertThat(b.phases.phase()).isTrue();
        assertThat(b.take(late, 1, 0)).as("of the phase before").isEqualTo(28);
        assertThat(b.phases.nextTimeout()).isEqualTo(100);
        ByteBuffer tooLate = a.send();
        assertThat(a.take(b.send(), 0, 0)).isEqualTo(28);
        b.phases.timeout(100);
        assertThat(b.take(late, 1, 101)).isEqualTo(-1);
        assertThat(b.take(tooLate, 3, 101)).isEqualTo(28);
    }

    /** A remote that acknowledges an update and never follows would have one key seal without end (section 6.6). */
    @Test
    void aKeyThatHasSealedAsManyPacketsAsItMayIsWornOut() {
        assertThat(keys(1, true).confidentialityLimit()).isEqualTo(1 << 23);
        KeyPhases phases = new KeyPhases(keys(1, true), keys(2, false), 8_192);
        ByteBuffer packet = ByteBuffer.allocate(64);
        for (int number = 0; number < 4_096; number++) {
            assertThat(phases.isWornOut()).isFalse();
            phases.seal(packet, 0, 1, 1, number, 30);
        }
        assertThat(phases.isWornOut()).isTrue();
        phases.acknowledged(0);
        phases.update();
        assertThat(phases.isWornOut()).as("another key").isFalse();
    }

    @Test
    void aForgedPacketOfTheNextPhaseChangesNothing() throws Exception {
        Side a = new Side(1, 2);
        Side b = new Side(2, 1);
        assertThat(b.take(a.send(), 0, 0)).isEqualTo(28);
        ByteBuffer forged = ByteBuffer.allocate(64);
        new Random(1).nextBytes(forged.array());
        for (int i = 0; i < 64; i++) {
            forged.put(0, (byte) (0x40 | i & 0x3f));
            assertThat(b.take(forged, 5, 0)).isEqualTo(-1);
        }
        assertThat(b.phases.phase()).isFalse();
        assertThat(b.take(a.send(), 1, 0)).isEqualTo(28);
    }

    @Test
    void aSecondUpdateMustWaitForAnAcknowledgement() throws Exception {
        Side a = new Side(1, 2);
        Side b = new Side(2, 1);
        a.send();
        a.phases.acknowledged(0);
        a.phases.update();
        assertThat(b.take(a.send(), 1, 0)).isEqualTo(28);
        a.phases.acknowledged(1);
        assertThat(a.phases.nextTimeout()).as("the remote has not followed yet").isEqualTo(Long.MAX_VALUE);
        assertThat(a.take(b.send(), 0, 0)).isEqualTo(28);
        assertThat(a.phases.nextTimeout()).isEqualTo(100);
        a.phases.timeout(100);
        a.phases.update();
        ByteBuffer again = a.send();
        assertThatThrownBy(() -> b.take(again, 2, 0))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.code()).isEqualTo(TransportError.KEY_UPDATE_ERROR));
    }

    @Test
    void tokensProveWhatTheySay() throws Exception {
        AddressValidationTokens tokens = new HostKeys(new byte[16]).tokens();
        InetSocketAddress remote = new InetSocketAddress("192.0.2.1", 4001);
        InetSocketAddress samePlace = new InetSocketAddress("192.0.2.1", 5);
        InetSocketAddress other = new InetSocketAddress("192.0.2.2", 4001);
        ConnectionId source = ConnectionId.of(new byte[8]);
        byte[] retry = tokens.retry(new byte[12], 1000, remote, CLIENTS_FIRST, source);
        assertThat(tokens.judge(retry, 1010, remote, source).verdict()).isEqualTo(Verdict.RETRIED);
        assertThat(tokens.judge(retry, 1010, remote, source).original()).isEqualTo(CLIENTS_FIRST);
        assertThat(tokens.judge(retry, 1011, remote, source).verdict()).isEqualTo(Verdict.INVALID);
        assertThat(tokens.judge(retry, 1000, samePlace, source).verdict()).isEqualTo(Verdict.INVALID);
        assertThat(tokens.judge(retry, 1000, remote, CLIENTS_FIRST).verdict()).isEqualTo(Verdict.INVALID);
        byte[] known = tokens.newToken(new byte[12], 1000, remote);
        assertThat(tokens.judge(known, 2000, samePlace, source).verdict()).isEqualTo(Verdict.KNOWN);
        assertThat(tokens.judge(known, 2000, remote, source).verdict())
                .as("used")
                .isEqualTo(Verdict.NONE);
        byte[] more = tokens.newToken(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 1000, remote);
        assertThat(tokens.judge(more, 2000, other, source).verdict()).isEqualTo(Verdict.NONE);
        assertThat(tokens.judge(more, 4601, remote, source).verdict())
                .as("late")
                .isEqualTo(Verdict.NONE);
        assertThat(tokens.judge(more, 4600, remote, source).verdict()).isEqualTo(Verdict.KNOWN);
        AddressValidationTokens strangers = new HostKeys(new byte[17]).tokens();
        assertThat(tokens.judge(strangers.newToken(new byte[12], 1000, remote), 1000, remote, source)
                        .verdict())
                .as("made by another host")
                .isEqualTo(Verdict.NONE);
        Random random = new Random(2);
        for (int i = 0; i < 400; i++) {
            byte[] noise = new byte[i];
            random.nextBytes(noise);
            assertThat(tokens.judge(noise, 1000, remote, source).verdict()).isEqualTo(Verdict.NONE);
        }
    }

    @Test
    void resetTokensOutliveTheProcessAndDifferByHostAndId() {
        ResetTokens tokens = new HostKeys(new byte[16]).resets();
        assertThat(tokens.of(new byte[8]))
                .hasSize(16)
                .isEqualTo(new HostKeys(new byte[16]).resets().of(new byte[8]));
        assertThat(tokens.of(new byte[8])).isNotEqualTo(tokens.of(new byte[9]));
        assertThat(tokens.of(new byte[8]))
                .isNotEqualTo(new HostKeys(new byte[17]).resets().of(new byte[8]));
    }

    /** A stranger who asks one port of a host about an id of another must not get the token that ends its connection. */
    @Test
    void resetTokensDifferBySocket() {
        HostKeys host = new HostKeys(new byte[16], new byte[32]);
        byte[] id = new byte[8];
        assertThat(host.at("0.0.0.0:4001").resets().of(id))
                .isNotEqualTo(host.at("0.0.0.0:4002").resets().of(id))
                .isNotEqualTo(host.at("[::]:4001").resets().of(id))
                .isEqualTo(new HostKeys(new byte[17], new byte[32])
                        .at("0.0.0.0:4001")
                        .resets()
                        .of(id));
    }

    /** Netty CVE-2026-50009: one key for ids and reset tokens tells the token of an id. */
    @Test
    void tokensAndResetsHaveKeysOfTheirOwn() {
        byte[] secret = new byte[16];
        byte[] label = "libp2p.quic".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] tokens = Crypto.standard()
                .hkdfSha256()
                .derive(label, secret, "address tokens".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 32);
        byte[] id = new byte[8];
        assertThat(new ResetTokens(tokens).of(id))
                .isNotEqualTo(new HostKeys(secret).resets().of(id));
    }
}
