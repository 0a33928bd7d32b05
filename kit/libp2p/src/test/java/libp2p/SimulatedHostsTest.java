package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.DialException;
import libp2p.core.connection.GatedException;
import libp2p.core.host.ConnectionGater;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.Peerstore;
import libp2p.core.peer.Peerstore.Source;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.swarm.connmgr.TrimmingLimits;
import libp2p.swarm.gate.GaterLists;
import libp2p.swarm.gate.Gaters;
import org.junit.jupiter.api.Test;

/** Whole hosts in simulated time: what keeps peers, lets them go, and leaves them alone. */
class SimulatedHostsTest {
    private static Host listening(SimulatedEnvironment environment, String address) throws IOException {
        return Libp2p.host()
                .environment(environment)
                .listen("/ip4/" + address + "/tcp/4001")
                .start();
    }

    private static PeerAddress addressOf(Host host) {
        return PeerAddress.of(host.peerId(), host.addresses());
    }

    @Test
    void aKeptPeerIsDialedAgainWhenTheConnectionIsCut() {
        for (long seed = 1; seed <= 3; seed++) {
            Simulation.run(seed, simulation -> {
                Host server = listening(simulation.host("server", "10.0.0.1"), "10.0.0.1");
                Host client = Libp2p.host()
                        .environment(simulation.host("client", "10.0.0.2"))
                        .start();
                Registration kept = client.connectionManager().keep(addressOf(server));
                simulation.sleep(Duration.ofSeconds(2));
                assertThat(client.connections()).hasSize(1);
                for (int cut = 0; cut < 5; cut++) {
                    server.connections().forEach(connection -> connection.close(0, "cut"));
                    simulation.sleep(Duration.ofMinutes(2));
                    assertThat(client.connections()).hasSize(1);
                    assertThat(Ping.once(client, addressOf(server))).isPositive();
                }
                kept.close();
                server.connections().forEach(connection -> connection.close(0, "cut"));
                simulation.sleep(Duration.ofMinutes(10));
                assertThat(client.connections()).isEmpty();
                client.close();
                server.close();
            });
        }
    }

    /** The gater is asked for the last time before the host knows of the connection, and the lists change in between. */
    @Test
    void aPeerThatIsBlockedWhileItsConnectionIsTakenInIsOutToo() {
        Simulation.run(1, simulation -> {
            GaterLists lists = new GaterLists();
            ConnectionGater change = new ConnectionGater() {
                @Override
                public boolean interceptUpgraded(Connection connection) {
                    lists.block(connection.remotePeer());
                    return true;
                }
            };
            Host server = Libp2p.host()
                    .environment(simulation.host("server", "10.0.0.1"))
                    .listen("/ip4/10.0.0.1/tcp/4001")
                    .gater(Gaters.allOf(lists, change))
                    .with(lists)
                    .start();
            Host client = Libp2p.host()
                    .environment(simulation.host("client", "10.0.0.2"))
                    .start();
            Connection connection = client.connect(addressOf(server));
            simulation.sleep(Duration.ofSeconds(1));
            assertThat(connection.isOpen()).isFalse();
            assertThat(server.connections()).isEmpty();
            client.close();
            server.close();
        });
    }

    @Test
    void blockingAPeerOrItsNetworkClosesTheConnectionAndKeepsItOut() {
        Simulation.run(1, simulation -> {
            GaterLists lists = new GaterLists();
            Host server = Libp2p.host()
                    .environment(simulation.host("server", "10.0.0.1"))
                    .listen("/ip4/10.0.0.1/tcp/4001")
                    .gater(lists)
                    .with(lists)
                    .start();
            Host client = Libp2p.host()
                    .environment(simulation.host("client", "10.0.0.2"))
                    .start();
            PeerAddress address = addressOf(server);
            Connection connection = client.connect(address);
            lists.block(client.peerId());
            simulation.sleep(Duration.ofSeconds(1));
            assertThat(connection.isOpen()).isFalse();
            assertThat(server.connections()).isEmpty();
            Connection refused =
                    client.connect(address); // the server knows who it is only after the client's last word
            simulation.sleep(Duration.ofSeconds(1));
            assertThat(refused.isOpen()).isFalse();
            assertThat(server.connections()).isEmpty();
            assertThatThrownBy(() -> server.connect(PeerAddress.of(client.peerId())))
                    .isInstanceOf(GatedException.class);
            lists.unblock(client.peerId());
            simulation.sleep(Duration.ofMinutes(1));
            Connection again = client.connect(address);
            simulation.sleep(Duration.ofSeconds(1));
            lists.block(Subnet.parse("10.0.0.2"));
            simulation.sleep(Duration.ofSeconds(1));
            assertThat(again.isOpen()).isFalse();
            simulation.sleep(Duration.ofMinutes(1));
            assertThatThrownBy(() -> client.connect(address)).isInstanceOf(IOException.class);
            client.close();
            server.close();
        });
    }

    @Test
    void aPeerThatFailedFiveTimesIsLeftAloneUntilOneMayTryAgain() {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment there = simulation.host("server", "10.0.0.1");
            Host client = Libp2p.host()
                    .environment(simulation.host("client", "10.0.0.2"))
                    .start();
            Host server = listening(there, "10.0.0.1");
            PeerAddress known = PeerAddress.of(server.peerId());
            client.peerstore().addAddresses(server.peerId(), server.addresses(), Source.USER, Peerstore.PERMANENT);
            client.connect(known);
            server.close();
            simulation.sleep(Duration.ofSeconds(1));
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> client.connect(known))
                        .isInstanceOf(DialException.class)
                        .hasMessageContaining("no address worked");
                simulation.sleep(Duration.ofMinutes(5)); // the back-off of the address, which is another matter
            }
            assertThatThrownBy(() -> client.connect(known)).isInstanceOf(DialException.class);
            assertThatThrownBy(() -> client.connect(known))
                    .isInstanceOf(DialException.class)
                    .hasMessageContaining("in a row, left alone for");
            client.close();
        });
    }

    @Test
    void connectionsAboveTheHighMarkAreTrimmedButNotThoseOfProtectedPeers() {
        Simulation.run(1, simulation -> {
            Host server = Libp2p.host()
                    .environment(simulation.host("server", "10.0.0.1"))
                    .listen("/ip4/10.0.0.1/tcp/4001")
                    .limits(limits -> limits.with(
                            TrimmingLimits.class,
                            trimming ->
                                    trimming.withMarks(5, 10).withTimes(Duration.ofMinutes(1), Duration.ofSeconds(10))))
                    .start();
            List<Host> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                SimulatedEnvironment environment = simulation.host("client-" + i, "10.0.1." + (1 + i));
                clients.add(Libp2p.host().environment(environment).start());
                clients.getLast().connect(addressOf(server));
            }
            PeerId friend = clients.get(3).peerId();
            server.connectionManager().protect(friend, "friend");
            simulation.sleep(Duration.ofSeconds(30));
            assertThat(server.connections())
                    .as("the high mark and the friend: newcomers beyond it leave in spite of their grace")
                    .hasSize(11);
            simulation.sleep(Duration.ofMinutes(1));
            assertThat(server.connections().size()).as("under the high mark").isBetween(6, 11);
            server.connectionManager().trim();
            simulation.sleep(Duration.ofSeconds(1));
            assertThat(server.connections()).hasSize(6);
            assertThat(server.connections(friend)).hasSize(1);
            assertThat(clients.stream().filter(client -> !client.connections().isEmpty()))
                    .hasSize(6);
            server.close();
            clients.forEach(Host::close);
        });
    }

    @Test
    void whenMemoryIsShortAQuarterOfTheConnectionsGoesAndTheOthersAreNotDisturbed() {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment machine = simulation.host("server", "10.0.0.1");
            Host server = listening(machine, "10.0.0.1");
            List<Host> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                SimulatedEnvironment environment = simulation.host("client-" + i, "10.0.1." + (1 + i));
                clients.add(Libp2p.host().environment(environment).start());
                clients.getLast().connect(addressOf(server));
            }
            server.connectionManager().tag(clients.get(7).peerId(), "useful", 1);
            simulation.sleep(Duration.ofSeconds(1));
            machine.runShortOfMemory();
            simulation.sleep(Duration.ofSeconds(1));
            assertThat(server.connections()).hasSize(6);
            assertThat(clients.stream().filter(client -> !client.connections().isEmpty()))
                    .hasSize(6)
                    .contains(clients.get(7))
                    .allSatisfy(client ->
                            assertThat(Ping.once(client, addressOf(server))).isPositive());
            server.close();
            clients.forEach(Host::close);
        });
    }

    @Test
    void aHostThatDialsPublicAddressesOnlyKnocksOnNoDoorOfItsOwnNetwork() {
        Simulation.run(1, simulation -> {
            Host inside = listening(simulation.host("inside", "10.0.0.1"), "10.0.0.1");
            Host outside = listening(simulation.host("outside", "5.6.7.8"), "5.6.7.8");
            Host client = Libp2p.host()
                    .environment(simulation.host("client", "5.6.7.9"))
                    .gater(Gaters.publicAddressesOnly())
                    .start();
            client.connect(addressOf(outside));
            assertThatThrownBy(() -> client.connect(addressOf(inside)))
                    .isInstanceOfSatisfying(
                            DialException.class,
                            refused -> assertThat(refused.causes().values())
                                    .singleElement()
                                    .isInstanceOf(GatedException.class));
            client.close();
            inside.close();
            outside.close();
        });
    }
}
