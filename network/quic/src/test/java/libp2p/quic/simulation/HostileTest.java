package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.Forger;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.stream.QuicStream;
import libp2p.quic.stream.QuicStreamLimits;
import libp2p.quic.wire.TransportError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client that has shaken hands and then sends what no client may; the server is this project's. */
class HostileTest {
    private static final long SECOND = 1_000_000_000L;
    private static final byte[] PADDING = new byte[32];
    /** Either side may open streams of one direction. */
    private static final ConnectionConfig CONFIG = ConnectionConfig.DEFAULT.withStreams(
            new QuicStreamLimits(256, 10, 256 << 10, 10 << 20, 384 << 10, 15 << 20, 512 << 10));

    private final World world = new World(11, Weather.FAIR);
    private Exchange exchange;
    private Node client;
    private Node server;

    @BeforeEach
    void shakeHands() {
        client = world.node(1, CONFIG, EndpointLimits.DEFAULT);
        server = world.node(2, CONFIG, EndpointLimits.DEFAULT);
        exchange = new Exchange(1, 100, false);
        exchange.start(client, server);
        assertThat(world.run(SECOND, exchange::isDone)).isTrue();
        assertThat(world.run(
                        SECOND,
                        () -> exchange.client.connection.isConfirmed() && exchange.server.connection.isConfirmed()))
                .isTrue();
    }

    private Connection attacker() {
        return exchange.client.connection;
    }

    private Connection victim() {
        return exchange.server.connection;
    }

    /** Gives the server a packet with these frames, and padding, so that it is long enough to be sampled. */
    private void send(String hex) {
        send(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private void send(byte[] frames) {
        ByteArrayOutputStream padded = new ByteArrayOutputStream();
        padded.writeBytes(frames);
        padded.writeBytes(PADDING);
        deliver(Forger.seal(attacker(), padded.toByteArray()));
    }

    private void deliver(byte[] datagram) {
        victim().receive(ByteBuffer.wrap(datagram), 0, datagram.length, client.address, null, 0, world.now);
    }

    private void serves() {
        assertThat(victim().closing()).isNull();
        Exchange another = new Exchange(2, 1000, false);
        another.start(client, server);
        assertThat(world.run(10 * SECOND, another::isDone)).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "HANDSHAKE_DONE of a client | 1e | 0x0a",
                "NEW_TOKEN of a client | 07 01 ff | 0x0a",
                "an unknown frame | 21 | 0x07",
                "a frame type that is longer than it need be | 40 01 | 0x07",
                "an ACK of what was never sent | 02 7f ff 00 00 00 | 0x0a",
                "an ACK below zero | 02 01 00 00 05 | 0x07",
                "an ACK with more ranges than bytes | 02 00 00 bf ff ff ff 00 | 0x07",
                "CRYPTO far ahead | 06 80 10 00 00 01 ff | 0x0d",
                "CRYPTO at the end of numbers | 06 ff ff ff ff ff ff ff ff 01 ff | 0x07",
                "a KeyUpdate of TLS | 06 00 05 18 00 00 01 00 | 0x10a",
                "STREAM at the end of numbers | 0e 00 ff ff ff ff ff ff ff ff 01 ff | 0x07",
                "STREAM beyond its credit | 0e 04 80 ff ff ff 01 ff | 0x03",
                "STREAM beyond the limit of streams | 08 80 00 ff fc ff | 0x04",
                "STREAM on one of the server's that it never opened | 08 01 ff | 0x05",
                "STREAM longer than the packet | 0a 04 7f ff ff | 0x07",
                "RESET_STREAM of one of the server's that was never opened | 04 01 00 00 | 0x05",
                "STOP_SENDING of a stream that was never opened | 05 01 00 | 0x05",
                "STOP_SENDING of a stream that only the client sends on | 05 02 00 | 0x05",
                "MAX_STREAM_DATA of one that only the client sends on | 11 02 40 ff | 0x05",
                "STOP_SENDING behind STREAM of one that only the client sends on | 0a 02 01 61 05 02 00 | 0x05",
                "MAX_STREAM_DATA behind STREAM of the same | 0a 02 01 61 11 02 40 ff | 0x05",
                "STREAM behind MAX_STREAM_DATA of one that only the server sends on | 11 03 40 ff 0a 03 01 61 | 0x05",
                "RESET_STREAM behind the same | 11 03 40 ff 04 03 00 00 | 0x05",
                "STREAM_DATA_BLOCKED behind the same | 11 03 40 ff 15 03 40 ff | 0x05",
                "MAX_STREAMS beyond 2^60 | 12 d0 00 00 00 00 00 00 01 | 0x07",
                "STREAMS_BLOCKED beyond 2^60 | 16 d0 00 00 00 00 00 00 01 | 0x07",
                "a final size that moves | 0f 04 00 02 61 62 0f 04 00 01 61 | 0x06",
                "data behind the final size | 0f 04 00 01 61 0e 04 01 01 62 | 0x06",
                "a reset that moves the final size | 0f 04 00 02 61 62 04 04 00 05 | 0x06",
                "RETIRE_CONNECTION_ID of one that was never issued | 19 7f ff | 0x0a",
                "retirement of the id that the packet came under | 19 00 | 0x0a",
                "NEW_CONNECTION_ID that retires more than it gives | 18 01 02 08 0102030405060708 "
                        + "000102030405060708090a0b0c0d0e0f | 0x07",
                "NEW_CONNECTION_ID without an id | 18 09 00 00 000102030405060708090a0b0c0d0e0f | 0x07",
                "NEW_CONNECTION_ID of 21 bytes | 18 09 00 15 000102030405060708090a0b0c0d0e0f101112131415 "
                        + "000102030405060708090a0b0c0d0e0f | 0x07",
                "DATAGRAM though none are taken | 31 01 ff | 0x0a",
            })
    void endsItsConnectionWithTheCodeOfItsFault(String name, String frames, String code) {
        victim().streams().open(false); // number 3, the only one of the server's
        send(frames);
        exchange.server.turn();
        world.run(SECOND / 10, () -> victim().closing() != null); // messages of TLS are dealt with apart
        CloseCause closing = victim().closing();
        assertThat(closing).as(name).isNotNull();
        assertThat(closing.remote()).isFalse();
        assertThat(closing.code()).isEqualTo(Long.decode(code));
    }

    @Test
    void reservedBitsEndTheConnection() {
        deliver(Forger.seal(attacker(), new byte[] {1, 0, 0, 0, 0, 0, 0, 0}, 0x18));
        assertThat(victim().closing().code()).isEqualTo(TransportError.PROTOCOL_VIOLATION);
    }

    @Test
    void aPacketWithoutFramesEndsTheConnection() {
        deliver(Forger.seal(attacker(), new byte[0]));
        assertThat(victim().closing().code()).isEqualTo(TransportError.PROTOCOL_VIOLATION);
    }

    /** quic-go CVE-2023-49295, quiche CVE-2023-6193. */
    @Test
    void aFloodOfChallengesIsAnsweredInPart() {
        int before = world.delivered + world.lost;
        for (int i = 0; i < 10; i++) {
            send(challenges(100)); // 1,000 of them before the server has a turn
        }
        exchange.server.turn();
        world.run(SECOND, () -> false);
        assertThat(world.delivered + world.lost - before).isLessThan(60);
        serves();
    }

    @Test
    void moreChallengesThanAnyoneNeedsEndTheConnection() {
        for (int i = 0; i < 8; i++) {
            send(challenges(128)); // 1,024 are allowed at once
        }
        assertThat(victim().closing()).isNull();
        send(challenges(1));
        assertThat(victim().closing().code()).isEqualTo(TransportError.INTERNAL_ERROR);
        assertThat(victim().closing().text())
                .contains("more than the limit of 1024 path challenges at once and 100 a second");
    }

    @Test
    void aHundredChallengesASecondAreAllowedForEver() {
        for (int i = 0; i < 8; i++) {
            send(challenges(128));
        }
        for (int i = 0; i < 30; i++) {
            world.run(SECOND, () -> false);
            send(challenges(100));
        }
        serves();
    }

    private static byte[] challenges(int count) {
        byte[] frames = new byte[9 * count];
        for (int i = 0; i < count; i++) {
            frames[9 * i] = 0x1a;
            frames[9 * i + 8] = (byte) i;
        }
        return frames;
    }

    /** quic-go CVE-2024-22189, quiche CVE-2024-1410. */
    @Test
    void aFloodOfIdsThatRetireEachOtherEndsTheConnection() {
        for (int i = 5; victim().closing() == null; i++) {
            assertThat(i).isLessThan(40);
            send("18 %02x %02x 08 %016x 000102030405060708090a0b0c0d0e%02x".formatted(i, i, 0x1000 + i, i));
        }
        assertThat(victim().closing().code()).isEqualTo(TransportError.CONNECTION_ID_LIMIT_ERROR);
    }

    /** Retirements of ids are answered with new ones, as many as were issued and no more. */
    @Test
    void retirementsAreAnsweredOneForOne() {
        int ids = server.endpoint.ids();
        for (int i = 1; i < 4; i++) {
            send("19 %02x 19 %02x 19 %02x".formatted(i, i, i));
            exchange.server.turn();
        }
        assertThat(server.endpoint.ids()).isEqualTo(ids);
        serves();
    }

    /** quinn RUSTSEC-2026-0185: gaps cost memory. */
    @Test
    void aStreamOfGapsEndsTheConnection() {
        for (int offset = 1; victim().closing() == null; offset += 2) {
            assertThat(offset).isLessThan(3000);
            send("0e 04 %08x 01 61".formatted(0x80000000 | offset));
        }
        assertThat(victim().closing().code()).isEqualTo(TransportError.INTERNAL_ERROR);
    }

    /** quiche CVE-2024-1765: CRYPTO without end after the handshake. */
    @Test
    void ticketsWithoutEndEndTheConnection() {
        byte[] content = new byte[1000];
        long offset = 0;
        while (victim().closing() == null) {
            assertThat(offset).isLessThan(64 << 10);
            ByteBuffer frame = ByteBuffer.allocate(9 + content.length);
            frame.put((byte) 6).putInt((int) (0x80000000L | offset)).putShort((short) (0x4000 | content.length));
            if (offset == 0) {
                content[0] = 4; // a NewSessionTicket that is 64 KiB long
                content[2] = (byte) 0xff;
            } else {
                content[0] = 0;
            }
            send(java.util.Arrays.copyOf(frame.put(content).array(), frame.position()));
            offset += content.length;
        }
        assertThat(victim().closing().remote()).isFalse();
    }

    /** quiche CVE-2025-4820: numbers are left out, and an acknowledgement of one is an invention. */
    @Test
    void acknowledgementsOfWhatWasLeftOutEndTheConnection() {
        QuicStream stream = victim().streams().open(true);
        byte[] chunk = new byte[64 << 10];
        for (int i = 0; i < 60 && attacker().closing() == null; i++) {
            stream.write(chunk, 0, chunk.length);
            exchange.server.turn();
            world.run(SECOND / 20, () -> false);
            drain();
        }
        long last = Forger.lastSent(victim());
        assertThat(last).isGreaterThan(500);
        send("02 %04x 00 00 %04x".formatted(0x4000 | last, 0x4000 | last)); // all of them
        assertThat(victim().closing()).isNotNull();
        assertThat(victim().closing().code()).isEqualTo(TransportError.PROTOCOL_VIOLATION);
    }

    private void drain() {
        byte[] sink = new byte[1 << 16];
        for (QuicStream stream : attacker().streams().all()) {
            while (stream.read(ByteBuffer.wrap(sink)) > 0) {
                // on
            }
        }
        exchange.client.turn();
    }

    /** msquic: an answer of zeros when nothing was asked validated a path. */
    @Test
    void answersThatNobodyAskedForAreNothing() {
        send("1b 0000000000000000 1b ffffffffffffffff");
        serves();
    }

    /**
     * msquic CVE-2023-36435: Version Negotiation to a server; quic-go CVE-2024-53259 and others: what is not authentic.
     */
    @Test
    void whatIsNotAuthenticIsDropped() {
        Random random = new Random(3);
        byte[] genuine = Forger.seal(attacker(), new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
        for (int i = 0; i < 5_000; i++) {
            byte[] forged = genuine.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                forged[random.nextInt(forged.length)] ^= (byte) (1 + random.nextInt(255));
            }
            deliver(java.util.Arrays.copyOf(forged, 1 + random.nextInt(forged.length)));
        }
        deliver(HexFormat.of().parseHex("80000000000801020304050607080801020304050607080a1a2a3a"));
        serves();
    }

    /** lsquic CVE-2025-54939: what follows in a datagram under another id than its first packet is not looked at. */
    @Test
    void packetsOfOneDatagramAreForOneConnection() {
        byte[] fault = Forger.seal(attacker(), HexFormat.of().parseHex("1e00000000000000"));
        byte[] id = java.util.Arrays.copyOfRange(fault, 1, 9);
        byte[] other = id.clone();
        other[0]++;
        deliver(behindAHandshakePacket(other, fault));
        assertThat(victim().closing()).isNull();
        deliver(behindAHandshakePacket(id, fault));
        assertThat(victim().closing().code()).isEqualTo(TransportError.PROTOCOL_VIOLATION);
    }

    /** The keys of Handshake packets are gone, so that one is passed over. */
    private static byte[] behindAHandshakePacket(byte[] id, byte[] packet) {
        return ByteBuffer.allocate(17 + 64 + packet.length)
                .put((byte) 0xe3)
                .putInt(1)
                .put((byte) 8)
                .put(id)
                .put((byte) 0)
                .putShort((short) (0x4000 | 64))
                .put(new byte[64])
                .put(packet)
                .array();
    }

    /** Every packet ends its connection or leaves it alive, and nothing else happens. */
    @Test
    void anythingAtAllEndsTheConnectionOrLeavesItAlive() {
        Random random = new Random(5);
        int ended = 0;
        for (int i = 0; i < 120; i++) {
            if (victim().closing() != null) {
                ended++;
                exchange = new Exchange(1, 10, false);
                exchange.start(client, server);
                assertThat(world.run(10 * SECOND, exchange::isDone)).isTrue();
                world.run(SECOND, () -> attacker().isConfirmed());
            }
            exchange.server.application = peer -> {};
            byte[] frames = new byte[1 + random.nextInt(60)];
            random.nextBytes(frames);
            frames[0] = (byte) random.nextInt(0x32);
            send(frames);
            if (i % 20 == 0) {
                exchange.server.turn();
            }
        }
        assertThat(ended).isGreaterThan(10);
    }
}
