package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.Forger;
import libp2p.quic.connection.Tracer;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.qlog.QlogTracer;
import libp2p.quic.recovery.LossRecovery;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.simulation.World.Peer;
import libp2p.quic.wire.TransportException;
import libp2p.quic.wire.TransportParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of other implementations of QUIC that {@link HostileTest} and {@link SpecificationTest} do not show. */
class AdvisoriesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetSocketAddress SPOOFED = new InetSocketAddress("10.0.66.6", 666);
    /**
     * Numbers of transport parameters: the credit of the connection, of the three kinds of streams, and of their
     * number.
     */
    private static final long[] CREDITS = {4, 5, 6, 7};

    private final World world = new World(17, Weather.FAIR);
    private final Node client = world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
    private final Node server = world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);

    private Exchange exchange(int streams, int bytes) {
        Exchange exchange = new Exchange(streams, bytes, false);
        exchange.start(client, server);
        return exchange;
    }

    private void confirm(Exchange exchange) {
        assertThat(world.run(
                        10 * SECOND,
                        () -> exchange.server != null
                                && exchange.client.connection.isConfirmed()
                                && exchange.server.connection.isConfirmed()))
                .isTrue();
    }

    private void deliver(Exchange exchange, byte[] frames, InetSocketAddress from) {
        byte[] datagram = Forger.seal(exchange.client.connection, frames);
        exchange.server.connection.receive(ByteBuffer.wrap(datagram), 0, datagram.length, from, null, 0, world.now);
    }

    private void serves() {
        Exchange another = exchange(2, 1000);
        assertThat(world.run(10 * SECOND, another::isDone)).isTrue();
    }

    /** Hears which 1-RTT packets were opened. */
    private record Opened(Set<Long> numbers) implements Tracer {
        @Override
        public void received(int level, long number, byte[] bytes, int from, int length, long now) {
            if (level == 2) {
                numbers.add(number);
            }
        }

        @Override
        public void secret(String label, byte[] clientRandom, byte[] secret) {}

        @Override
        public void parameters(boolean local, TransportParameters parameters, long now) {}

        @Override
        public void sent(int level, long number, int size, byte[] bytes, int from, int length, long now) {}

        @Override
        public void lost(int level, long number, long now) {}

        @Override
        public void recovery(LossRecovery recovery, long now) {}

        @Override
        public void closed(CloseCause why, long now) {}

        @Override
        public void over() {}
    }

    /** quic-go CVE-2023-46239 and its kin: packets that come before the keys of a handshake are kept, but how many? */
    @Test
    void packetsThatCannotBeOpenedYetAreKeptUpToABound() {
        Set<Long> opened = new HashSet<>();
        server.endpoint.trace((asClient, original, now) -> new Opened(opened));
        Peer[] accepted = new Peer[1];
        server.onPeer = peer -> accepted[0] = peer;
        client.onConnect = peer -> peer.application = one -> {
            if (one.connection.isComplete() && !accepted[0].connection.isComplete()) {
                world.dead.add(client.address); // its Finished is lost
            }
        };
        Peer dialer = client.connect(server);
        assertThat(world.run(SECOND, () -> world.dead.contains(client.address))).isTrue();
        Connection listener = accepted[0].connection;
        assertThat(listener.isComplete()).isFalse();
        Set<Long> early = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            byte[] datagram = Forger.seal(dialer.connection, new byte[] {1, 0, 0, 0});
            early.add(Forger.lastSent(dialer.connection));
            listener.receive(ByteBuffer.wrap(datagram), 0, datagram.length, client.address, null, 0, world.now);
        }
        dialer.application = peer -> {};
        world.dead.clear();
        assertThat(world.run(10 * SECOND, listener::isConfirmed)).isTrue();
        world.run(SECOND, () -> false);
        opened.retainAll(early);
        assertThat(opened).hasSizeBetween(1, 32);
        serves();
    }

    /** RFC 9000, 21.5.1 and 9.3: a packet of a peer that an attacker sends on from an address that it wants to harm. */
    @Test
    void anAddressThatDoesNotAnswerGetsThreeTimesWhatCameFromThereAndTheConnectionGoesBack() {
        Exchange exchange = exchange(1, 3_000_000);
        confirm(exchange);
        Map<InetSocketAddress, List<Integer>> sizes = new HashMap<>();
        world.towards = (to, datagram) ->
                sizes.computeIfAbsent(to, key -> new ArrayList<>()).add(datagram.length);
        byte[] frames = new byte[1000];
        frames[0] = 1;
        deliver(exchange, frames, SPOOFED);
        exchange.server.turn();
        assertThat(exchange.server.connection.remoteAddress()).isEqualTo(SPOOFED);
        assertThat(sizes.get(client.address)).as("the old address is asked too").isNotEmpty();
        assertThat(world.run(60 * SECOND, exchange::isDone)).isTrue();
        assertThat(exchange.server.connection.remoteAddress()).isEqualTo(client.address);
        assertThat(sizes.get(SPOOFED))
                .contains(1200)
                .allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(1500));
        assertThat(sizes.get(SPOOFED).stream().mapToInt(size -> size).sum()).isLessThanOrEqualTo(3 * 1100);
    }

    /** msquic 2.5.12: a window of zero was divided by. */
    @Test
    void aPeerWithoutCreditIsWaitedFor() {
        client.onConnect = peer -> {
            try {
                Map<Long, byte[]> parameters = Forger.parameters(peer.connection);
                for (long credit : CREDITS) {
                    parameters.put(credit, new byte[1]);
                }
                Forger.tell(peer.connection, parameters);
            } catch (TransportException e) {
                throw new AssertionError(e);
            }
        };
        Exchange exchange = exchange(1, 1000);
        confirm(exchange);
        world.run(5 * SECOND, () -> false);
        assertThat(exchange.server.connection.closing()).isNull();
        assertThat(exchange.isDone()).as("it may send nothing").isFalse();
        deliver(
                exchange,
                HexFormat.of().parseHex("10" + "8000ffff" + "1100" + "8000ffff" + "00".repeat(8)),
                client.address);
        exchange.server.turn();
        assertThat(world.run(5 * SECOND, exchange::isDone)).isTrue();
    }

    /** msquic 2.5.12: an acknowledgement of a retirement that was sent twice freed it twice. */
    @Test
    void acknowledgementsOfARetirementThatWasSentTwiceAreOne() {
        Exchange exchange = exchange(1, 100);
        confirm(exchange);
        assertThat(world.run(SECOND, exchange::isDone)).isTrue();
        Connection victim = exchange.server.connection;
        long before = Forger.lastSent(victim);
        world.dead.add(client.address);
        deliver(
                exchange,
                HexFormat.of()
                        .parseHex("18 05 01 08 0102030405060708 000102030405060708090a0b0c0d0e0f".replace(" ", "")),
                client.address);
        exchange.server.turn();
        world.run(3 * SECOND, () -> false);
        long last = Forger.lastSent(victim);
        assertThat(last).as("sent again").isGreaterThan(before + 1);
        for (int i = 0; i < 3; i++) {
            deliver(exchange, acknowledgement(last, before + 1), client.address);
            deliver(exchange, acknowledgement(before + 1, before + 1), client.address);
        }
        exchange.server.turn();
        assertThat(victim.closing()).isNull();
        world.dead.clear();
        serves();
    }

    private static byte[] acknowledgement(long largest, long smallest) {
        return ByteBuffer.allocate(12)
                .put((byte) 2)
                .putShort((short) (0x4000 | largest))
                .put((byte) 0)
                .put((byte) 0)
                .putShort((short) (0x4000 | largest - smallest))
                .array();
    }

    /** ngtcp2 CVE-2024-52811: writing down what came was the fault. */
    @Test
    void anythingThatComesCanBeWrittenDown() {
        List<String> log = new ArrayList<>();
        server.endpoint.trace((asClient, original, now) -> new QlogTracer(log::add, asClient, original, now, 0));
        Random random = new Random(7);
        Exchange exchange = exchange(1, 10);
        confirm(exchange);
        for (int i = 0; i < 300; i++) {
            if (exchange.server.connection.closing() != null) {
                exchange = exchange(1, 10);
                confirm(exchange);
            }
            byte[] frames = new byte[4 + random.nextInt(1100)];
            random.nextBytes(frames);
            frames[0] = (byte) (i % 10 == 0 ? 2 : random.nextInt(0x32));
            if (i % 10 == 0) { // an acknowledgement of as many ranges as fit
                java.util.Arrays.fill(frames, 1, frames.length, (byte) 0);
                frames[1] = 0x7f;
                frames[2] = (byte) 0xff;
                frames[4] = 0x42;
            }
            deliver(exchange, frames, client.address);
            exchange.server.turn();
        }
        assertThat(log)
                .hasSizeGreaterThan(300)
                .allSatisfy(record ->
                        assertThat(record).startsWith("\u001e{").endsWith("}\n").hasSizeLessThan(64 << 10));
        assertThat(log)
                .allMatch(record -> record.chars().allMatch(c -> c == 0x1e || c == '\n' || c >= ' ' && c < 0x7f));
    }

    /**
     * quinn CVE-2024-45311, OpenSSL CVE-2026-42764: a server that asks for the address, refuses some, and gets the
     * first packets of all several times.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void retriesRefusalsAndRepeatedFirstPacketsLeaveNothing(long seed) {
        World rough = new World(seed, new Weather(5_000_000, 20_000_000, 0.05, 0.5, 0, 1500, 100_000_000));
        Node dialer = rough.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        Node listener = rough.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT.withUnvalidated(0));
        Random random = new Random(seed);
        int[] refused = {0};
        rough.admits = admission -> {
            boolean admitted = random.nextBoolean();
            refused[0] += admitted ? 0 : 1;
            return admitted;
        };
        List<Peer> dials = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            dials.add(dialer.connect(listener));
            rough.run(SECOND / 50, () -> false);
        }
        rough.run(60 * SECOND, () -> false);
        assertThat(refused[0]).isPositive();
        assertThat(listener.endpoint.handshakes()).isZero();
        assertThat(listener.endpoint.waiting()).isZero();
        assertThat(dials).anyMatch(dial -> dial.connection.isConfirmed());
        rough.admits = admission -> true;
        Peer honest = dialer.connect(listener);
        assertThat(rough.run(20 * SECOND, honest.connection::isConfirmed)).isTrue();
    }
}
