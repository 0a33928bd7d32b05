package libp2p.quic.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WireTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static long varint(String hex) throws TransportException {
        byte[] bytes = hex(hex);
        return new WireInput().reset(bytes, 0, bytes.length).varint();
    }

    /** RFC 9000, appendix A.1. */
    @Test
    void integersAreThoseOfTheSpecification() throws Exception {
        assertThat(varint("c2197c5eff14e88c")).isEqualTo(151_288_809_941_952_652L);
        assertThat(varint("9d7f3e7d")).isEqualTo(494_878_333);
        assertThat(varint("7bbd")).isEqualTo(15_293);
        assertThat(varint("25")).isEqualTo(37);
        assertThat(varint("4025")).isEqualTo(37);
        for (long value : new long[] {0, 63, 64, 16383, 16384, (1 << 30) - 1, 1 << 30, VarInt.MAX}) {
            byte[] bytes = new byte[8];
            int length = VarInt.write(bytes, 0, value);
            assertThat(length).isEqualTo(VarInt.length(value));
            assertThat(new WireInput().reset(bytes, 0, length).varint()).isEqualTo(value);
            assertThatThrownBy(() -> new WireInput().reset(bytes, 0, length - 1).varint())
                    .isInstanceOf(TransportException.class);
        }
        assertThatThrownBy(() -> VarInt.write(new byte[8], 0, VarInt.MAX + 1))
                .isInstanceOf(IllegalArgumentException.class);
        byte[] padded = new byte[4];
        VarInt.write(padded, 0, 5, 4);
        assertThat(new WireInput().reset(padded, 0, 4).varint()).isEqualTo(5);
    }

    /** RFC 9000, appendix A.2 and A.3. */
    @Test
    void packetNumbersAreThoseOfTheSpecification() {
        assertThat(PacketNumbers.length(0xac5c02, 0xabe8b3)).isEqualTo(2);
        assertThat(PacketNumbers.length(0xace8fe, 0xabe8b3)).isEqualTo(3);
        assertThat(PacketNumbers.decode(0x9b32, 2, 0xa82f30ea)).isEqualTo(0xa82f9b32);
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            long acknowledged = random.nextLong(1L << 40) - 1;
            long number = acknowledged + 1 + random.nextInt(1 << random.nextInt(1, 24));
            int length = PacketNumbers.length(number, acknowledged);
            long received = acknowledged + random.nextLong(number - acknowledged); // of which one is the largest
            long truncated = number & (1L << (8 * length)) - 1;
            assertThat(PacketNumbers.decode(truncated, length, received)).isEqualTo(number);
        }
    }

    /** Writes down what it gets. */
    static class Notes implements FrameHandler {
        final List<String> frames = new ArrayList<>();

        @Override
        public void ack(AckFrame ack) {
            StringBuilder text = new StringBuilder("ack");
            for (int i = 0; i < ack.ranges(); i++) {
                text.append(' ').append(ack.smallest(i)).append('-').append(ack.largest(i));
            }
            text.append(" delay ").append(ack.delay());
            frames.add(text + (ack.hasEcn() ? " ecn " + ack.ect0() + " " + ack.ect1() + " " + ack.ce() : ""));
        }

        @Override
        public void crypto(long offset, byte[] bytes, int at, int length) {
            frames.add("crypto " + offset + " " + length);
        }

        @Override
        public void stream(long id, long offset, byte[] bytes, int at, int length, boolean fin) {
            frames.add("stream " + id + " " + offset + " " + HexFormat.of().formatHex(bytes, at, at + length)
                    + (fin ? " fin" : ""));
        }

        @Override
        public void resetStream(long id, long code, long finalSize, long reliableSize) {
            frames.add("reset " + id + " " + code + " " + finalSize + " " + reliableSize);
        }

        @Override
        public void stopSending(long id, long code) {
            frames.add("stop " + id + " " + code);
        }

        @Override
        public void newToken(byte[] token) {
            frames.add("token " + token.length);
        }

        @Override
        public void maxData(long maximum) {
            frames.add("max " + maximum);
        }

        @Override
        public void maxStreamData(long id, long maximum) {
            frames.add("max " + id + " " + maximum);
        }

        @Override
        public void maxStreams(boolean bidirectional, long maximum) {
            frames.add("streams " + bidirectional + " " + maximum);
        }

        @Override
        public void streamDataBlocked(long id, long limit) {
            frames.add("blocked " + id);
        }

        @Override
        public void newConnectionId(long sequence, long retirePriorTo, ConnectionId id, byte[] resetToken) {
            frames.add("id " + sequence + " " + retirePriorTo + " " + id + " " + resetToken.length);
        }

        @Override
        public void retireConnectionId(long sequence) {
            frames.add("retire " + sequence);
        }

        @Override
        public void pathChallenge(long data) {
            frames.add("challenge " + data);
        }

        @Override
        public void pathResponse(long data) {
            frames.add("response " + data);
        }

        @Override
        public void connectionClose(boolean application, long code, String reason) {
            frames.add("close " + application + " " + code + " " + reason);
        }

        @Override
        public void handshakeDone() {
            frames.add("done");
        }

        @Override
        public void datagram(byte[] bytes, int at, int length) {
            frames.add("datagram " + length);
        }
    }

    private static List<String> parse(String hex, boolean handshake) throws TransportException {
        byte[] bytes = hex(hex);
        Notes notes = new Notes();
        new FrameParser().parse(bytes, 0, bytes.length, handshake, notes);
        return notes.frames;
    }

    @Test
    void everyFrameIsRead() throws Exception {
        assertThat(parse("02 0a 05 01 02 01 01", false)).containsExactly("ack 8-10 4-5 delay 5");
        assertThat(parse("03 00 00 00 00 01 02 03", false)).containsExactly("ack 0-0 delay 0 ecn 1 2 3");
        assertThat(parse("00 00 01 06 4001 02 aabb", true)).containsExactly("crypto 1 2");
        assertThat(parse("0f 04 05 02 aabb 08 04 cc", false)).containsExactly("stream 4 5 aabb fin", "stream 4 0 cc");
        assertThat(parse("04 04 07 09 24 04 07 09 08", false)).containsExactly("reset 4 7 9 0", "reset 4 7 9 8");
        assertThat(parse("05 04 07 07 02 aabb", false)).containsExactly("stop 4 7", "token 2");
        assertThat(parse("10 05 11 04 05 12 06 13 07", false))
                .containsExactly("max 5", "max 4 5", "streams true 6", "streams false 7");
        assertThat(parse("14 05 15 04 05 16 06 17 07", false)).containsExactly("blocked 4");
        assertThat(parse("18 02 01 03 aabbcc 000102030405060708090a0b0c0d0e0f 19 01", false))
                .containsExactly("id 2 1 aabbcc 16", "retire 1");
        assertThat(parse("1a 0000000000000001 1b 0000000000000002", false))
                .containsExactly("challenge 1", "response 2");
        assertThat(parse("1c 0a 06 02 6869 1d 4100 00", false)).containsExactly("close false 10 hi", "close true 256 ");
        assertThat(parse("1e 31 02 aabb 30 aabbcc", false)).containsExactly("done", "datagram 2", "datagram 3");
    }

    private static void refused(String hex, boolean handshake, long code) {
        assertThatThrownBy(() -> parse(hex, handshake))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void framesThatDoNotFitAreRefused() {
        refused("", false, TransportError.PROTOCOL_VIOLATION);
        refused("1f", false, TransportError.FRAME_ENCODING_ERROR); // not known
        refused("4001", false, TransportError.FRAME_ENCODING_ERROR); // PING, but longer than it need be
        refused("08 04 cc", true, TransportError.PROTOCOL_VIOLATION); // STREAM in a handshake packet
        refused("1e", true, TransportError.PROTOCOL_VIOLATION);
        refused("02 01 00 00 02", false, TransportError.FRAME_ENCODING_ERROR); // acknowledges -1
        refused("02 05 00 01 00 04 00", false, TransportError.FRAME_ENCODING_ERROR);
        refused("02 05 00 ffffffffffffffff 00", false, TransportError.FRAME_ENCODING_ERROR);
        refused("06 00 05 aabb", false, TransportError.FRAME_ENCODING_ERROR);
        refused("0e 04 ffffffffffffffff 01 aa", false, TransportError.FRAME_ENCODING_ERROR);
        refused("12 d000000000000001", false, TransportError.FRAME_ENCODING_ERROR);
        refused("16 d000000000000001", false, TransportError.FRAME_ENCODING_ERROR);
        refused("24 04 07 08 09", false, TransportError.FRAME_ENCODING_ERROR); // reliable above final
        refused("07 00", false, TransportError.FRAME_ENCODING_ERROR);
        refused("18 01 02 01 aa 000102030405060708090a0b0c0d0e0f", false, TransportError.FRAME_ENCODING_ERROR);
        refused("18 01 00 00 000102030405060708090a0b0c0d0e0f", false, TransportError.FRAME_ENCODING_ERROR);
        refused("18 01 00 15" + "aa".repeat(40), false, TransportError.FRAME_ENCODING_ERROR);
        refused("1a 00000000000001", false, TransportError.FRAME_ENCODING_ERROR);
    }

    @Test
    void anAcknowledgementOfThousandsOfRangesIsBounded() throws Exception {
        byte[] frame = new byte[16 + 2 * 3000];
        FrameOutput out = new FrameOutput().reset(frame, 0, frame.length);
        out.uint8(FrameType.ACK).varint(1 << 20).varint(0).varint(3000).varint(0);
        for (int i = 0; i < 3000; i++) {
            out.varint(0).varint(0);
        }
        int[] ranges = new int[1];
        new FrameParser().parse(frame, 0, out.at(), false, new Notes() {
            @Override
            public void ack(AckFrame ack) {
                ranges[0] = ack.ranges();
            }
        });
        assertThat(ranges[0]).isEqualTo(AckFrame.MAX_RANGES);
    }

    @Test
    void streamFramesAreWrittenAsTheyAreRead() throws Exception {
        byte[] bytes = new byte[64];
        FrameOutput out = new FrameOutput().reset(bytes, 0, bytes.length);
        out.stream(8, 0, 2, false);
        assertThat(out.at()).isLessThanOrEqualTo(FrameOutput.streamHead(8, 0, 62));
        out.bytes(hex("aabb"));
        out.stream(8, 70_000, 1, true);
        out.bytes(hex("cc"));
        Notes notes = new Notes();
        new FrameParser().parse(bytes, 0, out.at(), false, notes);
        assertThat(notes.frames).containsExactly("stream 8 0 aabb", "stream 8 70000 cc fin");
    }

    @Test
    void transportParametersSurviveTheWay() throws Exception {
        TransportParameters sent = new TransportParameters()
                .put(TransportParameterId.MAX_IDLE_TIMEOUT, 30_000)
                .put(TransportParameterId.INITIAL_MAX_DATA, 1 << 20)
                .put(TransportParameterId.INITIAL_SOURCE_CONNECTION_ID, ConnectionId.of(hex("0102030405060708")))
                .put(TransportParameterId.RESET_STREAM_AT)
                .put(TransportParameterId.STATELESS_RESET_TOKEN, new byte[16]);
        TransportParameters got = TransportParameters.decode(sent.encode(), true);
        assertThat(got.number(TransportParameterId.MAX_IDLE_TIMEOUT)).isEqualTo(30_000);
        assertThat(got.number(TransportParameterId.ACK_DELAY_EXPONENT)).isEqualTo(3);
        assertThat(got.id(TransportParameterId.INITIAL_SOURCE_CONNECTION_ID)).hasToString("0102030405060708");
        assertThat(got.takesResetStreamAt()).isTrue();
        assertThat(got.has(TransportParameterId.DISABLE_ACTIVE_MIGRATION)).isFalse();
        assertThatThrownBy(() -> TransportParameters.decode(sent.encode(), false))
                .hasMessageContaining("sent by a client");
    }

    @Test
    void transportParametersThatDoNotFitAreRefused() throws Exception {
        for (String hex : List.of(
                "01",
                "0102",
                "010180",
                "0c0100",
                "0101050101 05",
                "0302 44af",
                "0a0115",
                "0b0480004000",
                "0e0101",
                "0808d000000000000001",
                "020100",
                "0d0100",
                "0f15" + "00".repeat(21))) {
            assertThatThrownBy(() -> TransportParameters.decode(hex(hex), true))
                    .as(hex)
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e -> assertThat(e.code()).isEqualTo(TransportError.TRANSPORT_PARAMETER_ERROR));
        }
        TransportParameters.decode(hex("1b01ff"), true); // not known: ignored
    }

    @Test
    void headersOfStrangersAreReadOrRefused() {
        LongHeader header = new LongHeader();
        byte[] initial = hex("c3 00000001 08 8394c8f03e515708 02 aabb 03 010203 44 9e".replace("44 9e", "04 9e000000"));
        assertThat(header.parse(initial, 0, initial.length)).isTrue();
        assertThat(header.type()).isEqualTo(LongHeader.INITIAL);
        assertThat(header.destinationLength()).isEqualTo(8);
        assertThat(header.sourceLength()).isEqualTo(2);
        assertThat(header.tokenLength()).isEqualTo(3);
        assertThat(header.end()).isEqualTo(initial.length);
        for (int length = 0; length < initial.length; length++) {
            assertThat(header.parse(initial, 0, length)).as("%s bytes", length).isFalse();
        }
        byte[] answer = VersionNegotiation.answer(new byte[2], new byte[200], 7);
        assertThat(header.parseInvariant(answer, 0, answer.length)).isTrue();
        assertThat(header.version()).isZero();
        assertThat(header.sourceLength()).isEqualTo(200);
        assertThat(VersionNegotiation.offersVersion1(answer, header.end(), answer.length))
                .isTrue();
        assertThat(VersionNegotiation.offersVersion1(answer, header.end() + 4, answer.length))
                .isFalse();
    }

    /** Every input raises at most one type of exception. */
    @Test
    void bytesOfAnyKindDoNoMoreThanBeRefused() {
        Random random = new Random(5);
        FrameParser parser = new FrameParser();
        LongHeader header = new LongHeader();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            for (int j = 0; j < bytes.length; j += 1 + random.nextInt(4)) {
                bytes[j] &= 0x3f;
            }
            try {
                parser.parse(bytes, 0, bytes.length, random.nextBoolean(), new Notes());
            } catch (TransportException expected) {
                assertThat(expected.code()).isPositive();
            }
            try {
                TransportParameters.decode(bytes, random.nextBoolean());
            } catch (TransportException expected) {
                assertThat(expected.code()).isEqualTo(TransportError.TRANSPORT_PARAMETER_ERROR);
            }
            if (header.parse(bytes, 0, bytes.length)) {
                assertThat(header.end()).isLessThanOrEqualTo(bytes.length);
            }
        }
    }
}
