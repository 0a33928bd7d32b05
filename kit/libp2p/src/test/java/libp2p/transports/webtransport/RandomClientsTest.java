package libp2p.transports.webtransport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import libp2p.Libp2p;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.protocols.ping.Ping;
import libp2p.quic.stream.QuicStream;
import libp2p.quic.stream.Streams;
import libp2p.security.noise.NoiseKeys;
import libp2p.simulator.Simulation;
import libp2p.streams.engine.Turn;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that mix what they may do with what they may not, in any order: nothing of them stays. */
class RandomClientsTest {
    private static final int CLIENTS = 12;
    private static final int STEPS = 100;
    private static final List<String> UNI = List.of("4054 00", "4054 04 aaaa", "21 0102", "21", "40", "", "02");
    private static final List<String> BOTH = List.of("4041 00", "4041 00 01", "4041 04", "4041 08", "40", "");
    /** These break a rule, now or by what follows. */
    private static final List<String> ODD = List.of("01 03 0000d1", "01 6000 00", "21 6000 00", "00 04 01020304");
    /** DATA with an unknown capsule, a limit, half of one, the end of a session; other bytes. */
    private static final List<String> MORE = List.of(
            "00 02 3f00", "00 07 990b4d3d 02 4100", "00 03 990b4d", "00 07 6843 05 00000000 ff", "00 00", "ffff", "00");

    /** One client and the streams that it has opened. */
    private record Walk(RawClient client, RandomGenerator random, List<QuicStream> opened) {
        private Streams streams() {
            return client.connection.engine().streams();
        }

        private byte[] any(List<String> texts) {
            return HexFormat.of()
                    .parseHex(texts.get(random.nextInt(texts.size())).replace(" ", ""));
        }

        void step() {
            try (Turn turn = client.connection.enter()) {
                boolean both = random.nextBoolean();
                QuicStream one = opened.isEmpty() ? null : opened.get(random.nextInt(opened.size()));
                int what = random.nextInt(10);
                if (what < 5 || one == null) {
                    if (streams().mayOpen(both)) {
                        QuicStream stream = streams().open(both);
                        opened.add(stream);
                        stream.write(ByteBuffer.wrap(any(!both ? UNI : random.nextInt(20) == 0 ? ODD : BOTH)));
                    }
                } else if (what == 5) {
                    one.finish();
                } else if (what == 6) {
                    if (streams().remoteTakesResetAt() && random.nextBoolean()) {
                        one.resetAt(7, random.nextInt(4));
                    } else {
                        one.reset(7);
                    }
                } else if (what == 7 && one.isBidirectional()) {
                    one.stopSending(7);
                } else {
                    one.write(ByteBuffer.wrap(any(MORE)));
                }
            }
        }
    }

    private static void walk(Simulation simulation, Host server, RawClient client, RandomGenerator random)
            throws IOException, InterruptedException {
        Walk walk = new Walk(client, random, new ArrayList<>());
        int begin = random.nextInt(4);
        if (begin > 0) {
            client.settings();
        }
        if (begin > 1) {
            client.session();
        }
        if (begin > 2) {
            Environment outside = client.connection.environment();
            new SessionHandshake(NoiseKeys.create(Identity.generate(outside), outside), outside)
                    .client(client.ofSession(0), server.peerId(), List.of());
        }
        for (int i = 0; i < STEPS && client.connection.closeReason() == null; i++) {
            walk.step();
            if (random.nextInt(4) == 0) {
                simulation.sleep(Duration.ofMillis(random.nextInt(40)));
            }
        }
        if (random.nextBoolean()) {
            client.connection.close(random.nextInt(3), "gone");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nothingStays(long seed) {
        ResourceLimits limits = ResourceLimits.unlimited();
        Simulation.of(seed)
                .limitTime(Duration.ofMinutes(10))
                .run(simulation -> RawClient.between(
                        simulation,
                        (host, inside) -> host.resources(new CountingResourceManager(inside, limits)),
                        (server, clients) -> {
                            CountingResourceManager resources = (CountingResourceManager) server.resourceManager();
                            RandomGenerator random = simulation.random("walk");
                            for (int i = 0; i < CLIENTS; i++) {
                                RawClient client =
                                        clients.connect(server.addresses().getFirst());
                                try {
                                    walk(simulation, server, client, random);
                                } catch (IOException ended) {
                                    // by the server, for a rule that was broken
                                }
                            }
                            PeerAddress there = PeerAddress.of(server.peerId(), server.addresses());
                            try (Host honest = Libp2p.host()
                                    .environment(simulation.host("honest", "10.0.0.3"))
                                    .start()) {
                                assertThat(Ping.once(honest, there)).isPositive();
                            }
                            clients.close();
                            simulation.await(
                                    "everything to be given back",
                                    Duration.ofMinutes(1),
                                    () -> resources.usage().isEmpty());
                        }));
    }
}
