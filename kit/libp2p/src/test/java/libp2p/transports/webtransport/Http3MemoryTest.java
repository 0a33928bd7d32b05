package libp2p.transports.webtransport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import libp2p.Libp2p;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.ScopeUsage;
import libp2p.http3.FrameWriter;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.Simulation;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.swarm.resource.ScopeKind;
import libp2p.transports.quic.QuicLimits;
import org.junit.jupiter.api.Test;

/** Memory of a server that clients take who have not proved who they are, and who need not for ten seconds. */
class Http3MemoryTest {
    private static final int KIB = 1 << 10;
    private static final Duration SOON = Duration.ofSeconds(5);
    /** Of no session that there is. */
    private static final long OTHER = 4 * 17;

    private interface Story {
        void tell(Simulation simulation, RawClient client, CountingResourceManager server, PeerAddress there)
                throws Exception;
    }

    /** A client that has sent its settings, and an honest peer that is served all the while. */
    private static void under(long memory, Story story) {
        ResourceLimits limits = ResourceLimits.unlimited();
        ResourceLimits small =
                limits.with(ScopeKind.TRANSIENT, limits.of(ScopeKind.TRANSIENT).withMemory(memory));
        for (long seed = 1; seed <= 3; seed++) {
            Simulation.run(
                    seed,
                    simulation -> RawClient.between(
                            simulation,
                            (host, inside) -> host.resources(new CountingResourceManager(inside, small)),
                            (server, clients) -> tell(story, simulation, server, clients)));
        }
    }

    private static void tell(Story story, Simulation simulation, Host server, RawClient.Clients clients)
            throws Exception {
        CountingResourceManager resources = (CountingResourceManager) server.resourceManager();
        try (Host honest =
                Libp2p.host().environment(simulation.host("honest", "10.0.0.3")).start()) {
            PeerAddress there = PeerAddress.of(server.peerId(), server.addresses());
            honest.connect(there);
            RawClient client = clients.connect(server.addresses().getFirst());
            client.settings();
            story.tell(simulation, client, resources, there);
            assertThat(Ping.once(honest, there)).isPositive();
            assertThat(honest.connections()).hasSize(1);
            client.connection.close(0, "");
        }
        simulation.await(
                "everything to be given back",
                Duration.ofSeconds(30),
                () -> resources.usage().isEmpty());
    }

    private static long charged(CountingResourceManager server) {
        ScopeUsage usage = server.usage().get("transient");
        return usage == null ? 0 : usage.memory();
    }

    private static void waiting(RawClient client, int streams, int bytes) throws IOException {
        for (int i = 0; i < streams; i++) {
            client.ofSession(OTHER).write(new byte[bytes], 0, bytes);
        }
    }

    @Test
    void bytesThatWaitForASessionAreCharged() {
        under(Long.MAX_VALUE, (simulation, client, server, there) -> {
            waiting(client, 8, 32 * KIB);
            simulation.await("the charge", SOON, () -> charged(server) >= 8 * 32 * KIB);
        });
    }

    @Test
    void fieldSectionsThatAreNotWholeAreCharged() {
        under(Long.MAX_VALUE, (simulation, client, server, there) -> {
            for (int i = 0; i < 8; i++) {
                client.open(new FrameWriter().integer(1).integer(8 * KIB).toByteArray());
            }
            simulation.await("the charge", SOON, () -> charged(server) >= 8 * 8 * KIB);
        });
    }

    @Test
    void aScopeThatIsFullEndsTheConnectionThatFillsItWithAReason() {
        under(512 * KIB, (simulation, client, server, there) -> {
            waiting(client, 12, 30 * KIB);
            simulation.await("the end", SOON, () -> client.connection.closeReason() != null);
            CloseReason why = client.connection.closeReason();
            assertThat(why.code()).as("%s", why).isEqualTo(ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED);
            assertThat(why.text()).contains("limit exceeded: memory");
        });
    }

    @Test
    void aStrangerLeavesRoomForTheProofsOfOthers() {
        under(256 * KIB, (simulation, client, server, there) -> {
            waiting(client, 3, 30 * KIB);
            simulation.await("the charge", SOON, () -> charged(server) >= 96 * KIB);
            try (Host newcomer = Libp2p.host()
                    .environment(simulation.host("newcomer", "10.0.0.4"))
                    .start()) {
                newcomer.connect(there);
            }
            assertThat(client.connection.closeReason()).isNull();
            waiting(client, 3, 30 * KIB);
            simulation.await("the end", SOON, () -> client.connection.closeReason() != null);
        });
    }

    /** Bytes that are skipped are read at once, by which the window of a peer that is trusted grows to 15 MiB. */
    @Test
    void theWindowOfAClientDoesNotGrowBeforeItsProof() {
        under(Long.MAX_VALUE, (simulation, client, server, there) -> {
            MuxedStream skipped =
                    client.open(new FrameWriter().integer(0x21).integer(1 << 30).toByteArray());
            byte[] much = new byte[64 * KIB];
            for (int i = 0; i < 128; i++) {
                skipped.write(much, 0, much.length);
            }
            for (int i = 0; i < 16; i++) {
                MuxedStream stream = client.ofSession(OTHER);
                stream.writeDeadline(Deadline.after(client.connection.environment(), Duration.ofSeconds(2)));
                simulation.spawn("writer-" + i, () -> {
                    try {
                        stream.write(new byte[KIB * KIB], 0, KIB * KIB);
                    } catch (IOException late) {
                        // the window is full
                    }
                });
            }
            simulation.sleep(Duration.ofSeconds(3));
            assertThat(charged(server)).isBetween((long) QuicLimits.DEFAULT.window(), 2L * QuicLimits.DEFAULT.window());
        });
    }
}
