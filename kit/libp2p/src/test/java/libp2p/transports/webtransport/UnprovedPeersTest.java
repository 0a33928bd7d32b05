package libp2p.transports.webtransport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.ScopeUsage;
import libp2p.http3.FrameWriter;
import libp2p.http3.Http3FrameType;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.Simulation;
import libp2p.swarm.resource.AddressLimits;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import org.junit.jupiter.api.Test;

/** A small host and clients of one address that end the handshake of QUIC, and never prove which peer they are. */
class UnprovedPeersTest {
    private static final long MIB = 1 << 20;
    private static final int KIB = 1 << 10;
    private static final Duration SOON = Duration.ofSeconds(5);
    /** Of no session that there is. */
    private static final long OTHER = 4 * 17;
    /** Connections of one IPv4 address. */
    private static final int OF_AN_ADDRESS =
            AddressLimits.DEFAULT.rules().getFirst().connections();

    private interface Story {
        void tell(Simulation simulation, CountingResourceManager resources, Host server, RawClient.Clients clients)
                throws Exception;
    }

    private static RawClient connect(RawClient.Clients clients, Host server) throws IOException {
        RawClient client = clients.connect(server.addresses().getFirst());
        client.settings();
        return client;
    }

    /** A server of a machine with 1 GiB, of which its heap has a quarter. */
    private static void under(Story story) {
        ResourceLimits limits = ResourceLimits.scaled(128 * MIB, 512).withinHeap(256 * MIB);
        Simulation.run(
                1,
                simulation -> RawClient.between(
                        simulation,
                        (host, inside) -> host.resources(new CountingResourceManager(inside, limits)),
                        (server, clients) -> {
                            CountingResourceManager resources = (CountingResourceManager) server.resourceManager();
                            story.tell(simulation, resources, server, clients);
                            simulation.await(
                                    "everything to be given back",
                                    Duration.ofSeconds(40),
                                    () -> resources.usage().isEmpty());
                        }));
    }

    private static long charged(CountingResourceManager resources) {
        return resources.usage().values().stream()
                .mapToLong(ScopeUsage::memory)
                .max()
                .orElse(0);
    }

    private static void send(RawClient client, int bytes) throws IOException {
        client.ofSession(OTHER).write(new byte[bytes], 0, bytes);
    }

    /** Each holds as much as a stranger may while others need room, and two of them all that they may. */
    @Test
    void clientsOfOneAddressLeaveTheWayInToOthers() {
        under((simulation, resources, server, clients) -> {
            List<RawClient> held = new ArrayList<>();
            for (int i = 0; i < 2 * OF_AN_ADDRESS; i++) {
                long before = charged(resources);
                try {
                    RawClient client = connect(clients, server);
                    held.add(client);
                    for (int sent = 0; sent < (i < 2 ? 6 : 1); sent++) {
                        send(client, 30_000);
                    }
                    simulation.sleep(Duration.ofMillis(50));
                    for (int more = 0; i >= 2 && more < 25 && charged(resources) - before < 57 * KIB; more++) {
                        send(client, 2_000);
                        simulation.sleep(Duration.ofMillis(20));
                    }
                } catch (IOException refused) {
                    // by a limit of the server
                }
            }
            simulation.sleep(Duration.ofSeconds(2));
            assertThat(held)
                    .filteredOn(client -> client.connection.closeReason() == null)
                    .hasSize(OF_AN_ADDRESS);
            assertThat(resources.usage()).doesNotContainKey("unproved");
            try (Host newcomer = Libp2p.host()
                    .environment(simulation.host("newcomer", "10.0.0.4"))
                    .start()) {
                assertThat(Ping.once(newcomer, PeerAddress.of(server.peerId(), server.addresses())))
                        .isPositive();
            }
        });
    }

    /** As many silent ones as may be in their handshakes: the oldest makes room for each newcomer. */
    @Test
    void silentClientsOfFourNetworksLeaveTheWayInToOthers() {
        under((simulation, resources, server, clients) -> {
            List<RawClient.Clients> machines = new ArrayList<>();
            List<RawClient> silent = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                RawClient.Clients machine = RawClient.Clients.on(simulation.host("silent-" + i, "45.0." + i + ".1"));
                machines.add(machine);
                for (int j = 0; j < OF_AN_ADDRESS; j++) {
                    silent.add(connect(machine, server));
                }
            }
            simulation.sleep(Duration.ofMillis(1_200));
            assertThat(silent).noneMatch(client -> client.connection.closeReason() != null);
            for (int i = 0; i < 4; i++) {
                try (Host newcomer = Libp2p.host()
                        .environment(simulation.host("newcomer-" + i, "46.0." + i + ".1"))
                        .start()) {
                    assertThat(Ping.once(newcomer, PeerAddress.of(server.peerId(), server.addresses())))
                            .isPositive();
                }
            }
            simulation.sleep(SOON);
            assertThat(silent)
                    .filteredOn(client -> client.connection.closeReason() != null)
                    .as("one makes room, which each newcomer leaves when its peer is proved")
                    .hasSize(1);
            machines.forEach(RawClient.Clients::close);
        });
    }

    /** Those that were reset meanwhile too, for each of which another stream may be opened. */
    @Test
    void streamsThatNothingTakesBeforeTheProofAreCharged() {
        under((simulation, resources, server, clients) -> {
            RawClient client = connect(clients, server);
            MuxedStream session = client.session();
            assertThat(RawClient.status(session)).isEqualTo("200");
            byte[] header = new FrameWriter()
                    .integer(Http3FrameType.WEBTRANSPORT_STREAM)
                    .integer(session.id())
                    .toByteArray();
            int streams = 500;
            for (int i = 0; i < streams; i++) {
                MuxedStream stream = client.connection.openStream(Deadline.after(clients.machine(), SOON));
                stream.write(header, 0, header.length);
                if (i > 0) { // the first one is for the proof
                    stream.closeWrite();
                    stream.closeRead(0);
                }
            }
            long least = streams * 768L;
            simulation.await("the charge", SOON, () -> charged(resources) >= least);
        });
    }

    @Test
    void theEndOfAHostDoesNotWaitForProofs() {
        under((simulation, resources, server, clients) -> {
            RawClient silent = connect(clients, server);
            RawClient slow = connect(clients, server);
            slow.session();
            simulation.sleep(Duration.ofMillis(100));
            Duration begin = simulation.elapsed();
            server.close();
            assertThat(simulation.elapsed().minus(begin)).isLessThan(Duration.ofSeconds(1));
            simulation.await(
                    "the ends",
                    SOON,
                    () -> silent.connection.closeReason() != null && slow.connection.closeReason() != null);
        });
    }
}
