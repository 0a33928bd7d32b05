package libp2p.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import libp2p.HostBuilder;
import libp2p.core.environment.UdpSocket;
import libp2p.growth.Scene.Victim;
import libp2p.simulator.SimulatedEnvironment;

/**
 * Attacks what reads datagrams of strangers: valid ones with new ids, those that are cut or changed, and random bytes,
 * each from a socket of its own, at which no stranger is any more when an answer comes.
 *
 * @param listen what follows the IP address in the victim's
 * @param services those of the victim
 * @param begin makes what makes datagrams
 * @param reached a number that grows when datagrams of the attack are read
 */
record DatagramDriver(
        String name,
        Set<Class<?>> covers,
        SequencedMap<String, Object> limits,
        String listen,
        Consumer<HostBuilder> services,
        Beginning begin,
        ToLongFunction<Victim> reached)
        implements HostileDriver {
    /** Longer than the time for which an announcement or a handshake counts. */
    private static final Duration DEADLINES = Duration.ofMinutes(90);

    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final int MOST_GARBAGE = 1_300;

    /** Prepares an attack. */
    interface Beginning {
        Datagrams on(Scene scene) throws Exception;
    }

    /** Makes datagrams and the sockets from which they come. */
    interface Datagrams {
        /** A valid one with ids and names that were never there before. */
        byte[] make(RandomGenerator random) throws Exception;

        /** A socket of a stranger. */
        UdpSocket socket(SimulatedEnvironment stranger) throws Exception;

        /** To where they go. */
        InetSocketAddress target();
    }

    @Override
    public List<Bound> bounds() {
        return List.of();
    }

    @Override
    public Attack begin(Scene scene) throws Exception {
        Datagrams datagrams = begin.on(scene);
        Victim victim = scene.victim(listen, limits, services);
        return new Attack() {
            @Override
            public void operate(int count) throws Exception {
                long before = reached.applyAsLong(victim);
                for (int i = 0; i < count; i++) {
                    try (UdpSocket socket = datagrams.socket(scene.stranger())) {
                        byte[] datagram = change(i, datagrams.make(scene.random()), scene.random());
                        socket.send(ByteBuffer.wrap(datagram), datagrams.target());
                        scene.sleep(PAUSE);
                    }
                }
                assertThat(reached.applyAsLong(victim))
                        .as("what tells that datagrams have come")
                        .isGreaterThan(before);
                scene.sleep(DEADLINES);
            }

            @Override
            public void close() throws Exception {
                victim.close();
            }
        };
    }

    private static byte[] change(int number, byte[] valid, RandomGenerator random) {
        return switch (number % 5) {
            case 0 -> Arrays.copyOf(valid, random.nextInt(valid.length));
            case 1 -> {
                valid[random.nextInt(valid.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                yield valid;
            }
            case 2 -> Messages.bytes(random, 1 + random.nextInt(MOST_GARBAGE));
            default -> valid;
        };
    }
}
