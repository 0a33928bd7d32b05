package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.Forger;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.simulation.World.Peer;
import libp2p.quic.wire.TransportException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The 34 transport cases of h3spec, which it tries on servers, here on both roles: the remote does what it must not,
 * and the connection must end with the code that the specification names. Frames and parameters that only one side may
 * send are a fault of the other alone.
 */
class SpecificationTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int ALPN = 16;
    private static final int TRANSPORT_PARAMETERS = 57;
    private static final int SMALLEST_INITIAL = 1200;
    private static final byte[] PADDING = new byte[32];

    /** The side that breaks the rules. */
    enum Offender {
        CLIENT,
        SERVER
    }

    private final World world = new World(23, Weather.FAIR);
    private final Node client = world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
    private final Node server = world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
    private final Peer[] peers = new Peer[2];

    /** Begins a connection; the offender is changed before it says anything. */
    private void begin(Offender offender, Consumer<Peer> change) {
        server.onPeer = peer -> {
            peers[1] = peer;
            if (offender == Offender.SERVER) {
                change.accept(peer);
            }
        };
        client.onConnect = peer -> {
            peers[0] = peer;
            if (offender == Offender.CLIENT) {
                change.accept(peer);
            }
        };
        client.connect(server);
    }

    private void shakeHands() {
        begin(Offender.CLIENT, peer -> {});
        assertThat(world.run(
                        SECOND,
                        () -> peers[1] != null
                                && peers[0].connection.isConfirmed()
                                && peers[1].connection.isConfirmed()))
                .isTrue();
        world.run(SECOND / 10, () -> false);
    }

    private Peer offender(Offender role) {
        return peers[role.ordinal()];
    }

    private Peer victim(Offender role) {
        return peers[1 - role.ordinal()];
    }

    private void deliver(Offender role, byte[] datagram) {
        Node from = role == Offender.CLIENT ? client : server;
        Peer victim = victim(role);
        victim.connection.receive(ByteBuffer.wrap(datagram), 0, datagram.length, from.address, null, 0, world.now);
        victim.turn();
    }

    private void endsWith(Offender role, long code) {
        world.run(
                2 * SECOND,
                () -> victim(role) != null && victim(role).connection.closing() != null);
        Peer victim = victim(role);
        assertThat(victim).isNotNull();
        CloseCause closing = victim.connection.closing();
        assertThat(closing).as("the connection goes on").isNotNull();
        assertThat(closing.remote()).as(closing.text()).isFalse();
        assertThat(Long.toHexString(closing.code())).as(closing.text()).isEqualTo(Long.toHexString(code));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "CLIENT | a STREAM frame with a large offset (4.1) | 0e 00 85 f5 e1 00 01 61 | 3",
                "SERVER | a STREAM frame with a large offset (4.1) | 0e 01 85 f5 e1 00 01 61 | 3",
                "CLIENT | a stream id above the limit | 0b bb 9a ca 00 00 | 4",
                "SERVER | a stream id above the limit | 0b bb 9a ca 01 00 | 4",
                "CLIENT | a frame of unknown type (12.4) | 20 | 7",
                "SERVER | a frame of unknown type (12.4) | 20 | 7",
                "CLIENT | DATAGRAM, which was not agreed on (RFC 9221, 3) | 31 03 61 62 63 | a",
                "SERVER | DATAGRAM, which was not agreed on (RFC 9221, 3) | 31 03 61 62 63 | a",
                "CLIENT | DATAGRAM without length, which was not agreed on (RFC 9221, 3) | 30 61 62 63 | a",
                "SERVER | DATAGRAM without length, which was not agreed on (RFC 9221, 3) | 30 61 62 63 | a",
                "CLIENT | RESET_STREAM for a stream that only the victim sends on (19.4) | 04 03 00 00 | 5",
                "SERVER | RESET_STREAM for a stream that only the victim sends on (19.4) | 04 02 00 00 | 5",
                "CLIENT | STOP_SENDING for a stream that does not exist (19.5) | 05 40 65 00 | 5",
                "SERVER | STOP_SENDING for a stream that does not exist (19.5) | 05 40 64 00 | 5",
                "CLIENT | NEW_TOKEN (19.7) | 07 05 44 55 4d 4d 59 | a",
                "CLIENT | STREAM for a stream of the victim's that was not opened (19.8) | 0a 01 00 | 5",
                "SERVER | STREAM for a stream of the victim's that was not opened (19.8) | 0a 00 00 | 5",
                "CLIENT | STREAM for a stream that only the victim sends on (19.8) | 0a 03 00 | 5",
                "SERVER | STREAM for a stream that only the victim sends on (19.8) | 0a 02 00 | 5",
                "CLIENT | MAX_STREAM_DATA for a stream that was not opened (19.10) | 11 40 65 80 0f 42 40 | 5",
                "SERVER | MAX_STREAM_DATA for a stream that was not opened (19.10) | 11 40 64 80 0f 42 40 | 5",
                "CLIENT | MAX_STREAM_DATA for a stream that the victim only reads (19.10) | 11 02 80 0f 42 40 | 5",
                "SERVER | MAX_STREAM_DATA for a stream that the victim only reads (19.10) | 11 03 80 0f 42 40 | 5",
                "CLIENT | MAX_STREAMS above 2^60 (19.11) | 12 d0 00 00 00 00 00 00 01 | 7",
                "SERVER | MAX_STREAMS above 2^60 (19.11) | 12 d0 00 00 00 00 00 00 01 | 7",
                "CLIENT | STREAMS_BLOCKED above 2^60 (19.14) | 16 d0 00 00 00 00 00 00 01 | 7",
                "SERVER | STREAMS_BLOCKED above 2^60 (19.14) | 16 d0 00 00 00 00 00 00 01 | 7",
                "CLIENT | NEW_CONNECTION_ID that retires more than it gives (19.15) "
                        + "| 18 04 0e 08 0102030405060708 000102030405060708090a0b0c0d0e0f | 7",
                "SERVER | NEW_CONNECTION_ID that retires more than it gives (19.15) "
                        + "| 18 04 0e 08 0102030405060708 000102030405060708090a0b0c0d0e0f | 7",
                "CLIENT | NEW_CONNECTION_ID without an id (19.15) | 18 04 00 00 000102030405060708090a0b0c0d0e0f | 7",
                "SERVER | NEW_CONNECTION_ID without an id (19.15) | 18 04 00 00 000102030405060708090a0b0c0d0e0f | 7",
                "CLIENT | HANDSHAKE_DONE (19.20) | 1e | a",
                "CLIENT | KeyUpdate of TLS in 1-RTT (RFC 9001, 6) | 06 00 05 18 00 00 01 01 | 10a",
                "SERVER | KeyUpdate of TLS in 1-RTT (RFC 9001, 6) | 06 00 05 18 00 00 01 01 | 10a",
            })
    void framesThatMustNotComeInPacketsUnderTheLastKeys(Offender role, String name, String frames, String code) {
        shakeHands();
        ByteArrayOutputStream padded = new ByteArrayOutputStream();
        padded.writeBytes(hex(frames));
        padded.writeBytes(PADDING);
        deliver(role, Forger.seal(offender(role).connection, padded.toByteArray()));
        endsWith(role, Long.parseLong(code, 16));
    }

    @ParameterizedTest
    @EnumSource
    void aPacketWithoutFrames(Offender role) {
        shakeHands();
        deliver(role, Forger.seal(offender(role).connection, new byte[0]));
        endsWith(role, 0xa);
    }

    @ParameterizedTest
    @EnumSource
    void reservedBitsOfAShortHeader(Offender role) {
        shakeHands();
        deliver(role, Forger.seal(offender(role).connection, new byte[8], 0x18));
        endsWith(role, 0xa);
    }

    /** Until the offender can seal Handshake packets that the victim can open. */
    private void shakeHalf(Offender role) {
        begin(role, peer -> {});
        assertThat(world.run(
                        SECOND,
                        () -> peers[1] != null
                                && Forger.hasHandshakeKeys(offender(role).connection, true)
                                && Forger.hasHandshakeKeys(victim(role).connection, false)))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void reservedBitsOfAHandshakePacket(Offender role) {
        shakeHalf(role);
        deliver(role, Forger.sealHandshake(offender(role).connection, new byte[] {1, 0, 0, 0, 0}, 0x0c));
        endsWith(role, 0xa);
    }

    @ParameterizedTest
    @EnumSource
    void aPathChallengeInAHandshakePacket(Offender role) {
        shakeHalf(role);
        deliver(role, Forger.sealHandshake(offender(role).connection, hex("1a 3031323334353637"), 0));
        endsWith(role, 0xa);
    }

    /** Until the offender can seal Initial packets that the victim can open. */
    private void shakeALittle(Offender role) {
        begin(role, peer -> {});
        assertThat(world.run(SECOND, () -> peers[1] != null)).isTrue();
    }

    private byte[] initialWithAPathChallenge(Offender role, int tokenLength) {
        return Forger.sealInitial(offender(role).connection, new byte[tokenLength], hex("1a 3031323334353637"));
    }

    private void shakesHandsAllTheSame() {
        assertThat(world.run(SECOND, () -> peers[0].connection.isConfirmed() && peers[1].connection.isConfirmed()))
                .isTrue();
    }

    /** RFC 9000, 14.1; the first one has opened the connection, in a datagram that was large enough. */
    @Test
    void theNextInitialOfAClientInASmallDatagramIsDropped() {
        shakeALittle(Offender.CLIENT);
        byte[] packet = initialWithAPathChallenge(Offender.CLIENT, 0);
        deliver(Offender.CLIENT, Arrays.copyOf(packet, SMALLEST_INITIAL - 1));
        assertThat(victim(Offender.CLIENT).connection.closing()).isNull();
        shakesHandsAllTheSame();
    }

    /** The datagram counts as a whole, whatever is in it behind the packet. */
    @Test
    void theNextInitialOfAClientInALargeDatagramIsTaken() {
        shakeALittle(Offender.CLIENT);
        byte[] packet = initialWithAPathChallenge(Offender.CLIENT, 0);
        deliver(Offender.CLIENT, Arrays.copyOf(packet, SMALLEST_INITIAL));
        endsWith(Offender.CLIENT, 0xa);
    }

    /** RFC 9000, 17.2.2. */
    @Test
    void anInitialOfAServerWithATokenIsDropped() {
        shakeALittle(Offender.SERVER);
        deliver(Offender.SERVER, initialWithAPathChallenge(Offender.SERVER, 1));
        assertThat(victim(Offender.SERVER).connection.closing()).isNull();
        shakesHandsAllTheSame();
    }

    /** Without padding: a client takes it, since a server pads only where it asks for an acknowledgement. */
    @Test
    void anInitialOfAServerWithoutATokenIsTaken() {
        shakeALittle(Offender.SERVER);
        deliver(Offender.SERVER, initialWithAPathChallenge(Offender.SERVER, 0));
        endsWith(Offender.SERVER, 0xa);
    }

    /** quic-go CVE-2025-59530: the end of the handshake before its time. */
    @Test
    void handshakeDoneInAHandshakePacket() {
        shakeHalf(Offender.SERVER);
        deliver(Offender.SERVER, Forger.sealHandshake(offender(Offender.SERVER).connection, hex("1e 00 00 00"), 0));
        endsWith(Offender.SERVER, 0xa);
    }

    // ---- transport parameters

    private record Told(Offender role, String name, BiConsumer<Map<Long, byte[]>, Connection> change) {
        @Override
        public String toString() {
            return role + " " + name;
        }
    }

    private static Stream<Told> parameters() {
        List<Told> all = new ArrayList<>();
        for (Offender role : Offender.values()) {
            all.add(new Told(role, "no initial_source_connection_id (7.3)", (told, c) -> told.remove(0x0fL)));
            all.add(new Told(role, "max_udp_payload_size of 1,199 (7.4)", (told, c) -> told.put(3L, hex("44af"))));
            all.add(new Told(role, "ack_delay_exponent of 30 (7.4)", (told, c) -> told.put(0x0aL, hex("1e"))));
            all.add(new Told(role, "max_ack_delay of 2^15 (7.4)", (told, c) -> told.put(0x0bL, hex("80008000"))));
        }
        Offender client = Offender.CLIENT;
        all.add(new Told(client, "original_destination_connection_id (18.2)", (told, c) -> told.put(0L, new byte[8])));
        all.add(new Told(client, "preferred_address (18.2)", (told, c) -> told.put(0x0dL, new byte[49])));
        all.add(new Told(client, "retry_source_connection_id (18.2)", (told, c) -> told.put(0x10L, new byte[8])));
        all.add(new Told(client, "stateless_reset_token (18.2)", (told, c) -> told.put(2L, new byte[16])));
        Offender server = Offender.SERVER;
        all.add(new Told(server, "no original_destination_connection_id (7.3)", (told, c) -> told.remove(0L)));
        all.add(new Told(server, "another original_destination_connection_id", (told, c) -> told.put(0L, new byte[8])));
        all.add(new Told(server, "a malformed preferred_address (18.2)", (told, c) -> told.put(0x0dL, new byte[20])));
        all.add(new Told(
                server, "retry_source_connection_id without Retry", (told, c) -> told.put(0x10L, new byte[8])));
        all.add(new Told(server, "a stateless_reset_token of 15 bytes", (told, c) -> told.put(2L, new byte[15])));
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("parameters")
    void transportParametersThatAreNotAllowed(Told told) {
        begin(told.role, peer -> {
            try {
                Map<Long, byte[]> parameters = Forger.parameters(peer.connection);
                told.change.accept(parameters, peer.connection);
                Forger.tell(peer.connection, parameters);
            } catch (TransportException e) {
                throw new AssertionError(e);
            }
        });
        endsWith(told.role, 8);
    }

    // ---- TLS

    private void tampers(Offender role, UnaryOperator<List<byte[]>> change) {
        begin(role, peer -> peer.tamper = work -> Forger.tamper(work, change));
    }

    private static UnaryOperator<List<byte[]>> behindFinished(String message) {
        return messages -> {
            if (!messages.isEmpty() && messages.getLast()[0] == 20) {
                messages.add(hex(message));
            }
            return messages;
        };
    }

    private static UnaryOperator<List<byte[]>> beforeCertificate(String message) {
        return messages -> {
            int at = IntStream.range(0, messages.size())
                    .filter(i -> messages.get(i)[0] == 11)
                    .findFirst()
                    .orElse(-1);
            if (at >= 0) {
                messages.add(at, hex(message));
            }
            return messages;
        };
    }

    @ParameterizedTest
    @EnumSource
    void aKeyUpdateOfTlsDuringTheHandshake(Offender role) {
        tampers(role, behindFinished("18 00 00 01 01"));
        endsWith(role, 0x10a);
    }

    @ParameterizedTest
    @EnumSource
    void anEndOfEarlyData(Offender role) {
        tampers(role, beforeCertificate("05 00 00 00"));
        endsWith(role, 0x10a);
    }

    /** Takes an extension out of a ClientHello or of EncryptedExtensions, or gives it another number. */
    private static UnaryOperator<List<byte[]>> extension(int number, int instead) {
        return messages -> {
            for (int i = 0; i < messages.size(); i++) {
                byte[] message = messages.get(i);
                if (message[0] == 1 || message[0] == 8) {
                    messages.set(i, change(message, number, instead));
                }
            }
            return messages;
        };
    }

    private static byte[] change(byte[] message, int number, int instead) {
        ByteBuffer in = ByteBuffer.wrap(message);
        int at = 4;
        if (message[0] == 1) {
            at += 2 + 32;
            at += 1 + message[at];
            at += 2 + in.getShort(at);
            at += 1 + message[at];
        }
        ByteArrayOutputStream extensions = new ByteArrayOutputStream();
        in.position(at + 2);
        while (in.hasRemaining()) {
            int type = in.getShort();
            byte[] value = new byte[in.getShort()];
            in.get(value);
            if (type != number || instead >= 0) {
                int shown = type == number ? instead : type;
                extensions.writeBytes(
                        new byte[] {(byte) (shown >> 8), (byte) shown, (byte) (value.length >> 8), (byte) value.length
                        });
                extensions.writeBytes(value);
            }
        }
        ByteBuffer out = ByteBuffer.allocate(at + 2 + extensions.size());
        out.put(message, 0, at).putShort((short) extensions.size()).put(extensions.toByteArray());
        out.putShort(2, (short) (out.capacity() - 4));
        return out.array();
    }

    @ParameterizedTest
    @EnumSource
    void noApplicationProtocolInCommon(Offender role) {
        if (role == Offender.CLIENT) {
            client.protocols = List.of("dummy");
            begin(role, peer -> {});
        } else {
            tampers(role, extension(ALPN, -1)); // a server that agrees on none
        }
        endsWith(role, 0x178);
    }

    @ParameterizedTest
    @EnumSource
    void noTransportParameters(Offender role) {
        tampers(role, extension(TRANSPORT_PARAMETERS, -1));
        endsWith(role, 0x16d);
    }

    /** The number of drafts: to a server the extension is missing, and to a client one came that it has not offered. */
    @ParameterizedTest
    @EnumSource
    void transportParametersUnderTheNumberOfDrafts(Offender role) {
        tampers(role, extension(TRANSPORT_PARAMETERS, 0xffa5));
        endsWith(role, role == Offender.CLIENT ? 0x16d : 0x16e);
    }

    /** There are no keys for 0-RTT, in either role: such packets are dropped (RFC 9001, 4.6.2), CRYPTO or not. */
    @ParameterizedTest
    @EnumSource
    void whateverComesInZeroRttIsDropped(Offender role) {
        shakeHalf(role);
        byte[] packet = Forger.sealHandshake(offender(role).connection, hex("06 00 06 08 00 00 02 00 00"), 0);
        packet[0] = (byte) (packet[0] & 0xcf | 0x10);
        deliver(role, packet);
        assertThat(world.run(SECOND, () -> peers[0].connection.isConfirmed() && peers[1].connection.isConfirmed()))
                .isTrue();
    }
}
