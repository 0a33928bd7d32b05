package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import libp2p.core.connection.DialException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.resource.ScopeUsage;
import libp2p.core.testing.InitialPacket;
import libp2p.protocols.ping.Ping;
import libp2p.swarm.Swarm;
import libp2p.transports.quic.QuicLimits;
import libp2p.transports.quic.QuicTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * First packets of clients under the right keys, so that they pass for QUIC's: what a listener asks of clients when
 * many have begun, and what becomes of those whose frames or messages are nonsense.
 */
class QuicInitialsTest {
    private static final int ATTEMPTS = 4;
    private static final int INITIAL = 0xc0;
    private static final int RETRY = 0xf0;
    private static final int TAG = 16;

    /** Handshakes without a proof of the address, and how long they may take: longer than any of these tests. */
    private static final int UNPROVED = 4;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Random random = new Random(23);
    private Swarm server;
    private InitialPacket begin;

    @BeforeEach
    void start() throws Exception {
        begin = CapturedInitial.take();
        server = (Swarm) Libp2p.host()
                .transports(QuicTransport.factory(limits()))
                .listen("/ip4/127.0.0.1/udp/0/quic-v1")
                .start();
    }

    private static QuicLimits limits() {
        return QuicLimits.DEFAULT
                .withTimeouts(timeouts -> timeouts.withUnproved(PATIENCE).withAccept(PATIENCE))
                .withPort(port -> port.withUnvalidated(UNPROVED));
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(server.threads()).isZero();
        assertThat(server.resourceManager().system().usage()).isEqualTo(ScopeUsage.EMPTY);
    }

    private static DatagramSocket socket() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(20_000); // its waits cannot be interrupted
        return socket;
    }

    private void send(DatagramSocket from, byte[] datagram) throws IOException {
        int port = server.addresses().getFirst().port();
        from.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
    }

    private byte[] id() {
        byte[] id = new byte[8];
        random.nextBytes(id);
        return id;
    }

    /** A datagram of the server, with the id that the server gives itself in it. */
    private record Answer(byte[] datagram) {
        static Answer to(DatagramSocket socket) throws IOException {
            DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
            socket.receive(packet);
            return new Answer(Arrays.copyOf(packet.getData(), packet.getLength()));
        }

        int kind() {
            return datagram[0] & 0xf0;
        }

        byte[] source() {
            int at = 6 + datagram[5];
            return Arrays.copyOfRange(datagram, at + 1, at + 1 + datagram[at]);
        }

        byte[] token() {
            return Arrays.copyOfRange(datagram, 7 + datagram[5] + source().length, datagram.length - TAG);
        }
    }

    /** Begins handshakes and leaves them, until every place is taken and the next client is asked for a proof. */
    private void takeEveryPlace(DatagramSocket crowd) throws Exception {
        Set<ByteBuffer> begun = new HashSet<>();
        boolean asked = false;
        while (begun.size() < UNPROVED || !asked) {
            send(crowd, begin.seal(id()));
            Answer answer = Answer.to(crowd);
            if (answer.kind() == RETRY) {
                asked = true;
            } else {
                begun.add(ByteBuffer.wrap(answer.source()));
            }
        }
        assertThat(inbound()).isEqualTo(UNPROVED);
    }

    private Answer retry(DatagramSocket client) throws Exception {
        send(client, begin.seal(id()));
        Answer retry = Answer.to(client);
        assertThat(retry.kind()).as("the answer to a client without a token").isEqualTo(RETRY);
        return retry;
    }

    private int inbound() {
        return server.resourceManager().system().usage().connectionsInbound() + unproved();
    }

    private int unproved() {
        return server.resourceManager()
                .usage()
                .getOrDefault("unproved", ScopeUsage.EMPTY)
                .connectionsInbound();
    }

    @Test
    void underLoadOnlyATokenForOnesOwnAddressOpensTheDoor() throws Exception {
        try (DatagramSocket crowd = socket();
                DatagramSocket client = socket();
                DatagramSocket thief = socket()) {
            takeEveryPlace(crowd);
            Answer retry = retry(client);
            assertThat(inbound()).as("a Retry costs no place").isEqualTo(UNPROVED);

            send(
                    thief,
                    begin.seal(
                            retry.source(),
                            retry.token())); // a client that has its own token will not be heard with it
            assertThat(Answer.to(thief).kind())
                    .as("INVALID_TOKEN, to one with the token of another")
                    .isEqualTo(INITIAL);
            byte[] changed = retry.token();
            changed[0] ^= 1;
            send(client, begin.seal(retry.source(), changed));
            assertThat(Answer.to(client).kind()).as("a changed token").isEqualTo(RETRY);
            send(client, begin.seal(retry.source(), new byte[500]));
            assertThat(Answer.to(client).kind()).as("longer than any token").isEqualTo(RETRY);
            Answer ofThief = retry(thief);
            assertThat(inbound()).as("tokens of others, changed and made up").isEqualTo(UNPROVED);

            for (DatagramSocket honest : List.of(client, thief)) {
                Answer own = honest == client ? retry : ofThief;
                send(honest, begin.seal(own.source(), own.token()));
                assertThat(Answer.to(honest).kind())
                        .as("the answer to its token")
                        .isEqualTo(INITIAL);
            }
            assertThat(inbound()).isEqualTo(UNPROVED + 2);
            anHonestPeerIsServed();
        }
    }

    /** As that of a server which has given the client a token for its next visit (RFC 9000, 8.1.3). */
    @Test
    void theTokenOfAnotherServerIsAsNone() throws Exception {
        try (DatagramSocket client = socket()) {
            byte[] foreign = new byte[64];
            random.nextBytes(foreign);
            send(client, begin.seal(id(), foreign));
            Answer answer = Answer.to(client);
            assertThat(answer.kind()).isEqualTo(INITIAL);
        }
    }

    @Test
    void anyNumberOfThoseWhoBeginTakesNoMoreThanTheirPlaces() throws Exception {
        try (DatagramSocket crowd = socket()) {
            for (int i = 0; i < 2_000; i++) {
                send(crowd, begin.seal(id()));
            }
            anHonestPeerIsServed();
            ScopeUsage usage = server.resourceManager().system().usage();
            assertThat(usage.connectionsInbound()).isLessThanOrEqualTo(UNPROVED + ATTEMPTS);
        }
    }

    private static byte[] crypto(int offset, int announced, byte... content) {
        ByteBuffer frame = ByteBuffer.allocate(9 + content.length);
        frame.put((byte) 6).putInt(0x80000000 | offset).putShort((short) (0x4000 | announced));
        return frame.put(content).slice(0, frame.position()).array();
    }

    /** Frames that no client that means well begins with, each padded as a first packet has to be. */
    private static List<byte[]> nonsense() {
        List<byte[]> all = new ArrayList<>();
        for (String hex : List.of(
                "", // padding alone
                "06ffffffffffffffff" + "4001" + "01", // CRYPTO at the end of what can be numbered
                "0600", // CRYPTO without its length
                "0800" + "41", // STREAM
                "1e", // HANDSHAKE_DONE
                "07" + "01" + "00", // NEW_TOKEN
                "7fff", // of no port
                "02" + "bfffffff" + "00" + "00" + "00", // an acknowledgement of what was never sent
                "02" + "05" + "00" + "bfffffff" + "00", // more ranges than there are bytes
                "1c" + "00" + "00" + "00", // CONNECTION_CLOSE
                "1c" + "00" + "00" + "bfffffff", // with a reason that is not there
                "04" + "00" + "00" + "00")) { // RESET_STREAM
            all.add(HexFormat.of().parseHex(hex));
        }
        all.add(crypto(0, 4, (byte) 1, (byte) 0xff, (byte) 0xff, (byte) 0xff)); // a ClientHello of 16 MiB
        all.add(crypto(0, 4, (byte) 1, (byte) 0, (byte) 0, (byte) 0)); // one without content
        all.add(crypto(0, 4, (byte) 2, (byte) 0, (byte) 0, (byte) 0)); // a ServerHello
        all.add(crypto(1 << 29, 4, new byte[4])); // far ahead
        all.add(crypto(0, 900, new byte[900])); // zeros
        return all;
    }

    private static byte[] padded(byte[] frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(frames);
        out.writeBytes(new byte[Math.max(0, 1150 - frames.length)]);
        return out.toByteArray();
    }

    @Test
    void nonsenseUnderTheRightKeysEndsItsConnectionAlone() throws Exception {
        try (DatagramSocket socket = socket()) {
            for (byte[] frames : nonsense()) {
                for (int i = 0; i < 10; i++) {
                    send(socket, begin.withFrames(padded(frames)).seal(id()));
                }
            }
            for (int i = 0; i < 300; i++) { // frames that begin well and go on by chance
                byte[] frames = new byte[1150];
                random.nextBytes(frames);
                frames[0] = (byte) random.nextInt(0x20);
                send(socket, begin.withFrames(frames).seal(id()));
            }
            anHonestPeerIsServed();
            assertThat(inbound()).isLessThanOrEqualTo(UNPROVED + ATTEMPTS);
        }
    }

    /** Within some attempts: a packet may be lost behind those that the socket has no room for. */
    private void anHonestPeerIsServed() throws IOException {
        DialException failure = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (Host client = Libp2p.host().start()) {
                assertThat(Ping.once(client, PeerAddress.of(server.peerId(), server.addresses())))
                        .isPositive();
                return;
            } catch (DialException late) {
                failure = late;
            }
        }
        throw new AssertionError("no attempt succeeded", failure);
    }

    /** As 1-RTT packets do that have overtaken the handshake. */
    @Test
    void packetsThatWaitForKeysAreFewAndChargedToThePlaceOfTheirConnection() throws Exception {
        try (DatagramSocket client = socket()) {
            send(client, begin.seal(id()));
            byte[] server = Answer.to(client).source();
            assertThat(memory()).isZero();
            for (int i = 0; i < 40; i++) {
                byte[] early = new byte[1000];
                random.nextBytes(early);
                early[0] = 0x40;
                System.arraycopy(server, 0, early, 1, server.length);
                send(client, early);
            }
            byte[] next = id();
            send(client, begin.seal(next)); // when its answer comes, the others have been read
            while (Arrays.equals(Answer.to(client).source(), server)) {
                // the first handshake's, which is repeated
            }
            assertThat(memory()).isEqualTo(10 * 1000);
            anHonestPeerIsServed();
            assertThat(memory()).isEqualTo(10 * 1000);
        }
    }

    private long memory() {
        return server.resourceManager()
                .usage()
                .getOrDefault("unproved", ScopeUsage.EMPTY)
                .memory();
    }
}
