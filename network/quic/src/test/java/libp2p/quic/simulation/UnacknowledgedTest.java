package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.Forger;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.recovery.LossRecovery;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.simulation.World.Peer;
import libp2p.quic.stream.QuicStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a peer does not acknowledge is kept, and a peer may go on without acknowledging anything: out of malice, which
 * has to cost little and to end, or in a tunnel, which the connection has to outlive (RFC 9000, sections 10.1, 13.2.1 and
 * 13.2.4).
 */
class UnacknowledgedTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLISECOND = 1_000_000L;
    private static final byte[] PING = HexFormat.of().parseHex("0100000000000000");
    /** The ring of as many packets as may be kept, and the thousand of them that ask for no acknowledgement. */
    private static final long MOST_BYTES = (4 << 15) + 1_000 * 128 + (32 << 10);

    private final World world = new World(23, Weather.FAIR);
    private Node client;
    private Node server;
    private Peer dialer;
    private Peer listener;

    /** @param times of both ends: the idle time and that of keep-alive, in nanoseconds */
    private void shakeHands(long clientIdle, long keepAlive) {
        ConnectionConfig config = ConnectionConfig.DEFAULT;
        client = world.node(1, config.withTimes(clientIdle, keepAlive, config.handshake()), EndpointLimits.DEFAULT);
        server = world.node(2, config.withTimes(config.idle(), keepAlive, config.handshake()), EndpointLimits.DEFAULT);
        server.onPeer = peer -> listener = peer;
        dialer = client.connect(server);
        assertThat(world.run(SECOND, () -> listener != null && dialer.connection.isConfirmed()))
                .isTrue();
        world.run(2 * SECOND, () -> false);
    }

    private Connection victim() {
        return listener.connection;
    }

    /** Nothing reaches the attacker, whose packets are made by hand. */
    private void attack() {
        shakeHands(0, 0);
        world.dead.add(client.address);
    }

    private void deliver(byte[] frames) {
        arrive(Forger.seal(dialer.connection, frames));
    }

    private void arrive(byte[] datagram) {
        victim().receive(ByteBuffer.wrap(datagram), 0, datagram.length, client.address, null, 0, world.now);
        listener.turn();
    }

    @Test
    void acknowledgementsThatAreNotAcknowledgedAreForgottenButForAThousand() {
        attack();
        for (int i = 0; i < 20_000 && victim().closing() == null; i++) {
            world.run(MILLISECOND, () -> false);
            deliver(PING);
            deliver(PING);
            assertThat(victim().recovery().trackedBytes()).isLessThan(MOST_BYTES);
        }
        assertThat(Forger.lastSent(victim())).isGreaterThan(10_000);
    }

    /** Packets that are made before the dialer's own end finds that it hears nothing. */
    private Deque<byte[]> pings() {
        Deque<byte[]> pings = new ArrayDeque<>();
        for (int i = 0; i < 450; i++) {
            pings.add(Forger.seal(dialer.connection, PING));
        }
        return pings;
    }

    @Test
    void aPeerThatIsHeardForTheIdleTimeAndAcknowledgesNothingIsOver() {
        attack();
        Deque<byte[]> pings = pings();
        long begun = world.now;
        while (victim().closing() == null) {
            world.run(100 * MILLISECOND, () -> false);
            arrive(pings.remove());
        }
        assertThat(world.now - begun).isGreaterThanOrEqualTo(30 * SECOND);
        CloseCause closing = victim().closing();
        assertThat(closing.remote()).isFalse();
        assertThat(closing.text()).contains("was heard for 30 s and acknowledged nothing");
    }

    /** It is asked more often than the probe timeout says, which doubles each time. */
    @Test
    void aPeerThatIsHeardIsAskedAgainAndAgain() {
        attack();
        victim().ping();
        listener.turn();
        Deque<byte[]> pings = pings();
        int asked = 0;
        long last = Long.MIN_VALUE;
        for (int i = 0; i < 290; i++) {
            world.run(100 * MILLISECOND, () -> false);
            arrive(pings.remove());
            long now = Forger.lastAckEliciting(victim());
            asked += now > last ? 1 : 0;
            last = now;
        }
        assertThat(victim().closing()).isNull();
        assertThat(asked).isBetween(14, 40);
    }

    @Test
    void moreThanAreKeptEndTheConnection() {
        attack();
        int sent = 0;
        while (victim().closing() == null) {
            assertThat(sent++).isLessThan(LossRecovery.MAX_TRACKED + 2_000);
            Forger.leaveOut(dialer.connection); // so that the next is acknowledged at once
            deliver(PING);
            world.now += MILLISECOND / 100;
            assertThat(victim().recovery().trackedBytes()).isLessThan(MOST_BYTES);
        }
        assertThat(victim().closing().text())
                .contains("the remote peer has acknowledged none of the last 25000 packets");
    }

    /** What was forgotten may be acknowledged, and shows that what was sent before it is lost. */
    @Test
    void anAcknowledgementOfWhatIsForgottenCounts() {
        attack();
        victim().ping();
        listener.turn();
        for (int i = 0; i < 4_000; i++) {
            world.now += MILLISECOND / 100;
            Forger.leaveOut(dialer.connection);
            deliver(PING);
        }
        long last = Forger.lastSent(victim());
        long forgotten = last - 2_000;
        assertThat(victim().recovery().isAwaited()).isTrue();
        deliver(ByteBuffer.allocate(12)
                .put((byte) 2)
                .putInt((int) (0x8000_0000L | forgotten))
                .put(new byte[3])
                .array());
        assertThat(victim().closing()).isNull();
        assertThat(victim().recovery().isAwaited()).as("what was sent before").isFalse();
    }

    /** Writes a byte each time from the dialer, and reads what comes. */
    private void talk(long pause) {
        QuicStream stream = dialer.connection.streams().open(true);
        listener.application = peer -> {
            while (peer.connection.streams().pollArrived() != null) {
                // found among all
            }
            ByteBuffer buffer = ByteBuffer.allocate(1 << 12);
            for (QuicStream each : peer.connection.streams().all()) {
                int count = each.read(buffer.clear());
                if (count > 0) {
                    each.write(buffer.array(), 0, count);
                }
            }
        };
        dialer.application = peer -> stream.read(ByteBuffer.allocate(1 << 12));
        again(stream, pause);
    }

    private void again(QuicStream stream, long pause) {
        if (dialer.connection.closing() == null) {
            stream.write(new byte[1], 0, 1);
            dialer.turn();
            world.at(world.now + pause, () -> again(stream, pause));
        }
    }

    private void lives() {
        assertThat(dialer.connection.closing()).isNull();
        assertThat(victim().closing()).isNull();
        long before = Forger.largestAcknowledged(victim());
        victim().ping();
        listener.turn();
        assertThat(world.run(5 * SECOND, () -> Forger.largestAcknowledged(victim()) > before))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 10, 20, 27})
    void aTelephoneOutlivesATunnel(long seconds) {
        shakeHands(30 * SECOND, 15 * SECOND);
        talk(SECOND);
        world.run(10 * SECOND, () -> false);
        world.dead.add(client.address);
        world.run(seconds * SECOND, () -> false);
        world.dead.clear();
        world.run(5 * SECOND, () -> false);
        lives();
        world.run(120 * SECOND, () -> false);
        lives();
    }

    @Test
    void aTelephoneOutlivesOneTunnelAfterTheOther() {
        shakeHands(30 * SECOND, 15 * SECOND);
        talk(SECOND);
        for (int i = 0; i < 30; i++) {
            world.dead.add(client.address);
            world.run(25 * SECOND, () -> false);
            world.dead.clear();
            world.run(3 * SECOND, () -> false);
            assertThat(victim().closing()).as("tunnel " + i).isNull();
            assertThat(dialer.connection.closing()).as("tunnel " + i).isNull();
        }
        lives();
    }

    /** What it sends arrives, and it hears nothing. */
    @Test
    void aTelephoneThatHearsNothingForAlmostTheIdleTimeStays() {
        shakeHands(30 * SECOND, 15 * SECOND);
        talk(SECOND);
        world.run(10 * SECOND, () -> false);
        world.deaf.add(client.address);
        world.run(26 * SECOND, () -> false);
        world.deaf.clear();
        world.run(3 * SECOND, () -> false);
        lives();
    }

    /** It hears the listener, which hears nothing, and acknowledges only what is new. */
    @Test
    void aTelephoneThatIsNotHeardForAlmostTheIdleTimeStays() {
        shakeHands(30 * SECOND, 15 * SECOND);
        world.weather = Weather.FAIR.withDelay(1200 * MILLISECOND);
        talk(SECOND / 10);
        world.run(20 * SECOND, () -> false);
        world.deaf.add(server.address);
        world.run(28_500 * MILLISECOND, () -> false);
        world.deaf.clear();
        world.run(10 * SECOND, () -> false);
        lives();
    }

    /** Ends that ask each other for acknowledgements of acknowledgements must not go on for ever. */
    @Test
    void twoIdleEndsFallSilent() {
        shakeHands(0, 0);
        int[] sent = {0};
        world.watcher = (from, datagram) -> sent[0]++;
        for (int i = 0; i < 3_000; i++) {
            Peer asks = i < 2_000 || i % 2 == 0 ? dialer : listener; // of one first, who is answered alone
            asks.connection.ping();
            asks.turn();
            world.run((i < 200 ? 30 : 1 + i % 7) * MILLISECOND, () -> false);
        }
        dialer.connection.ping();
        dialer.turn();
        assertThat(sent[0]).isGreaterThan(4_000);
        world.run(SECOND, () -> false); // a few more, at most
        sent[0] = 0;
        world.run(20 * SECOND, () -> false);
        assertThat(sent[0]).isZero();
        assertThat(victim().closing()).isNull();
    }

    @Test
    void anEndThatOnlyAnswersAsksOnceInAWhileWhatHasArrived() {
        shakeHands(0, 0);
        for (int i = 0; i < 300; i++) {
            dialer.connection.ping();
            dialer.turn();
            world.run(30 * MILLISECOND, () -> false);
            assertThat(victim().recovery().trackedBytes()).isLessThan(5_000);
        }
        assertThat(Forger.lastSent(victim())).isGreaterThan(250);
    }
}
