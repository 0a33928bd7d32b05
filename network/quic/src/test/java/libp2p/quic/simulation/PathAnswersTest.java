package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.Forger;
import libp2p.quic.connection.Tracer;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.recovery.LossRecovery;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.wire.TransportParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The answer to a challenge leaves for where the challenge came from, and nowhere else (RFC 9000, section 8.2.2). */
class PathAnswersTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetSocketAddress OTHER_ADDRESS = new InetSocketAddress("10.0.7.1", 5001);
    /** So much that answers of full size may leave before the address is proved. */
    private static final int PADDING = 1150;

    private static final int PATH_RESPONSE = 0x1b;
    private static final long ONE = 0xa1b2c3d4e5f60718L;
    private static final long TWO = 0xb1c2d3e4f5061728L;
    private static final long THREE = 0xc1d2e3f405162738L;

    private final World world = new World(29, Weather.FAIR);
    private final Opened opened = new Opened(new StringBuilder());
    private Node client;
    private Node server;
    private Exchange exchange;

    /** The frames that have come to the client. */
    private record Opened(StringBuilder frames) implements Tracer {
        @Override
        public void secret(String label, byte[] clientRandom, byte[] secret) {}

        @Override
        public void parameters(boolean local, TransportParameters parameters, long now) {}

        @Override
        public void sent(int level, long number, int size, byte[] bytes, int from, int length, long now) {}

        @Override
        public void received(int level, long number, byte[] bytes, int from, int length, long now) {
            frames.append(HexFormat.of().formatHex(bytes, from, from + length)).append(' ');
        }

        @Override
        public void lost(int level, long number, long now) {}

        @Override
        public void recovery(LossRecovery recovery, long now) {}

        @Override
        public void closed(CloseCause why, long now) {}

        @Override
        public void over() {}

        boolean hasAnswer(long challenge) {
            return frames.indexOf("%02x%016x".formatted(PATH_RESPONSE, challenge)) >= 0;
        }
    }

    @BeforeEach
    void connect() {
        client = world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        server = world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        client.second(OTHER_ADDRESS);
        client.endpoint.trace((isClient, destination, now) -> opened);
        exchange = new Exchange(1, 100, false);
        exchange.start(client, server);
        assertThat(world.run(
                        SECOND,
                        () -> exchange.isDone()
                                && exchange.client.connection.isConfirmed()
                                && exchange.server.connection.isConfirmed()))
                .isTrue();
        world.run(SECOND, () -> false);
    }

    /** Gives the server a packet, as one of those that are read together. */
    private void challenge(InetSocketAddress from, long data) {
        byte[] frames = ByteBuffer.allocate(1 + Long.BYTES + PADDING)
                .put((byte) 0x1a)
                .putLong(data)
                .array();
        byte[] datagram = Forger.seal(exchange.client.connection, frames);
        exchange.server.connection.receive(ByteBuffer.wrap(datagram), 0, datagram.length, from, null, 0, world.now);
    }

    private void answer() {
        exchange.server.turn();
        world.run(SECOND, () -> false);
    }

    @Test
    void anAnswerToTheFirstAddressNeverGoesToTheOther() {
        world.deaf.add(client.address);
        challenge(client.address, ONE);
        challenge(OTHER_ADDRESS, TWO);
        challenge(OTHER_ADDRESS, THREE);
        answer();
        assertThat(opened.hasAnswer(ONE))
                .as("answer to the address that hears nothing")
                .isFalse();
        assertThat(opened.hasAnswer(TWO)).isTrue();
        assertThat(opened.hasAnswer(THREE)).isTrue();
    }

    @Test
    void anAnswerToTheOtherAddressNeverGoesToTheFirst() {
        world.deaf.add(OTHER_ADDRESS);
        challenge(OTHER_ADDRESS, ONE);
        challenge(client.address, TWO);
        answer();
        assertThat(opened.hasAnswer(ONE))
                .as("answer to the address that hears nothing")
                .isFalse();
        assertThat(opened.hasAnswer(TWO)).isTrue();
    }

    /** A remote may send more challenges than are answered, by one path: the other has its answer all the same. */
    @Test
    void aPathFullOfChallengesKeepsNoOtherFromItsAnswer() {
        world.deaf.add(client.address);
        for (int i = 0; i < 100; i++) {
            challenge(client.address, ONE);
        }
        challenge(OTHER_ADDRESS, TWO);
        answer();
        assertThat(opened.hasAnswer(ONE)).isFalse();
        assertThat(opened.hasAnswer(TWO)).isTrue();
    }
}
