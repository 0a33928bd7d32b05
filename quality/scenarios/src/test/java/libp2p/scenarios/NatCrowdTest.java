package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.Stream;
import libp2p.core.host.PeerAddress;
import libp2p.core.peer.AddressBook.State;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.Nat;
import libp2p.nat.autonat.AutoNat;
import libp2p.nat.autonat.v1.DialBackServer;
import libp2p.nat.autonat.v2.ProbeServer;
import libp2p.protocols.identify.Identify;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedNat.Filtering;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** A few machines with many ids, which would take what AutoNAT and observed addresses give to all. */
class NatCrowdTest {
    private static final long SERVED = 200;
    private static final int DIAL_ERROR = 100;

    private static TestNode at(World world, String name, String ip, Nat family) throws IOException {
        return world.node(
                world.simulation().host(name, ip), builder -> builder.with(family), "/ip4/" + ip + "/tcp/4001");
    }

    /** Ids that share machines, each of its own IP address in one network. */
    private static List<TestNode> crowd(World world, String network, int machines, int ids) throws IOException {
        List<TestNode> crowd = new ArrayList<>();
        for (int machine = 1; machine <= machines; machine++) {
            String ip = network + "." + machine;
            SimulatedEnvironment place = world.simulation().host("crowd" + ip, ip);
            for (int id = 0; id < ids; id++) {
                crowd.add(world.node(place, builder -> {}, "/ip4/" + ip + "/tcp/" + (5000 + id)));
            }
        }
        return crowd;
    }

    private static byte[] probe(String address) {
        return Delimited.frame(new ProtobufWriter()
                .message(
                        1,
                        inner -> inner.bytes(1, Multiaddr.parse(address).toBytes())
                                .fixed64(2, 7))
                .toByteArray());
    }

    /** The status of the answer; 0 if the server wants data, and -1 if there is no answer. */
    private static long asks(TestNode peer, TestNode server, String address) {
        try (Stream stream = peer.open(server, ProbeServer.PROTOCOL)) {
            stream.write(probe(address));
            ProtobufReader in = ProtobufReader.of("answer", Delimited.read("answer", stream.input(), 8192), 8192, 100);
            assertThat(in.next()).isTrue();
            if (in.field() != 2) {
                return 0;
            }
            ProtobufReader inner = in.message("inner");
            return inner.next() && inner.field() == 1 ? inner.uint64() : 0;
        } catch (IOException refused) {
            return -1;
        }
    }

    /** A stream that is over for the server is not over if its client leaves open. */
    @Test
    void clientsThatLeaveTheirStreamsOpenAfterTheAnswerLeaveAnAutoNatServerForOthers() {
        World.underSeeds(1, world -> {
            TestNode server = at(world, "server", "8.8.1.1", Nat.create().withAutoNatService());
            List<Stream> open = new ArrayList<>();
            for (TestNode peer : crowd(world, "8.7.0", 9, 8)) {
                for (int i = 0; i < 2; i++) {
                    try {
                        Stream stream = peer.open(server, i == 0 ? ProbeServer.PROTOCOL : DialBackServer.PROTOCOL);
                        stream.write(probe("/ip4/10.7.0.1/tcp/22"));
                        open.add(stream);
                    } catch (IOException full) {
                        // as is to be
                    }
                }
            }
            world.sleep(Duration.ofSeconds(20));
            int served = 0;
            for (int i = 1; i <= 5; i++) {
                String ip = "8.5." + i + ".1";
                TestNode honest = at(world, "honest" + i, ip, Nat.create());
                served += asks(honest, server, "/ip4/" + ip + "/tcp/4001") == SERVED ? 1 : 0;
            }
            assertThat(served).as("of 5, beside %s streams", open.size()).isEqualTo(5);
        });
    }

    /** Each machine asks as often as it may. */
    @Test
    void fiveMachinesLeaveAnAutoNatServerForOthers() {
        World.underSeeds(1, world -> {
            TestNode server = at(world, "server", "8.8.1.1", Nat.create().withAutoNatService());
            List<TestNode> greedy = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                greedy.add(at(world, "greedy" + i, "8." + (20 + i) + ".0.1", Nat.create()));
            }
            List<TestNode> honest = new ArrayList<>();
            for (int i = 1; i <= 8; i++) {
                honest.add(at(world, "honest" + i, "8." + (60 + i) + ".0.1", Nat.create()));
            }
            int served = 0;
            int data = 0;
            int asked = 0;
            for (int minute = 0; minute < 3; minute++) {
                for (int round = 0; round < 14; round++) {
                    for (TestNode peer : greedy) {
                        String address = round < 3 ? "/ip4/9.9.9.9/tcp/22" : "/ip4/10.9.9.9/tcp/22";
                        asked += asks(peer, server, address) == 100 ? 0 : 1;
                    }
                }
                for (int i = 1; i <= 4; i++) {
                    served += asks(honest.get(i - 1), server, "/ip4/8." + (60 + i) + ".0.1/tcp/4001") == SERVED ? 1 : 0;
                    data += asks(honest.get(i + 3), server, "/ip4/9.9.8." + i + "/tcp/4001") == 0 ? 1 : 0;
                }
                world.sleep(Duration.ofSeconds(61));
            }
            String measured = served + " of 12 served, " + data + " of 12 with data, beside " + asked;
            assertThat(served).as(measured).isEqualTo(12);
            assertThat(data).as(measured).isEqualTo(12);
        });
    }

    private static byte[] response(int dialStatus) {
        return Delimited.frame(new ProtobufWriter()
                .message(2, inner -> inner.enumeration(1, 200).uint64(2, 0).enumeration(3, dialStatus))
                .toByteArray());
    }

    /** Where a host has chosen few servers, strangers are asked too: their nonces prove something, their word does not. */
    @Test
    void strangersThatSayTheyCannotReachAHostThatTheyHaveReachedDoNotHideIt() {
        World.underSeeds(2, world -> {
            TestNode node = at(world, "node", "8.9.0.1", Nat.create());
            for (int i = 1; i <= 3; i++) {
                TestNode liar = at(world, "liar" + i, "8.6.0." + i, Nat.create());
                liar.host().handle(ProbeServer.PROTOCOL, stream -> {
                    Delimited.read("request", stream.input(), 8192);
                    stream.write(response(DIAL_ERROR));
                    stream.closeWrite();
                });
                liar.connect(node);
            }
            world.sleep(Duration.ofMinutes(3));
            assertThat(node.host().addresses())
                    .as("%s", node.host().find(AutoNat.class).orElseThrow().report())
                    .contains(Multiaddr.parse("/ip4/8.9.0.1/tcp/4001"));
        });
    }

    /** Each machine has as many connections as it may, and tells another address over each. */
    @Test
    void strangersThatSeeAHostElsewhereDoNotTakeItsAddressAway() {
        World.underSeeds(2, world -> {
            world.withoutBeliefs();
            SimulatedEnvironment inside = world.simulation().host("node", "10.1.0.2");
            world.network().putBehind(world.network().nat("8.9.0.2").filtering(Filtering.ENDPOINT_INDEPENDENT), inside);
            TestNode node = world.node(inside, builder -> builder.with(Nat.create()), "/ip4/10.1.0.2/tcp/4001");
            for (int i = 1; i <= 5; i++) {
                node.connect(at(world, "observer" + i, "8.3." + i + ".1", Nat.create()));
            }
            world.sleep(Duration.ofSeconds(10));
            Multiaddr outside =
                    node.host().addressBook().observations().getFirst().address();
            assertThat(node.host().addresses()).contains(outside);
            int number = 0;
            for (TestNode liar : crowd(world, "8.6.0", 8, 8)) {
                byte[] lie = new ProtobufWriter()
                        .bytes(
                                4,
                                Multiaddr.parse("/ip4/9.9.9.9/tcp/" + (4000 + number++ % 8))
                                        .toBytes())
                        .toByteArray();
                liar.host().handle(Identify.PROTOCOL, stream -> {
                    stream.write(Delimited.frame(lie));
                    stream.closeWrite();
                });
                liar.host().connect(PeerAddress.of(node.id(), List.of(outside)));
            }
            world.sleep(Duration.ofSeconds(30));
            assertThat(node.host().addresses()).contains(outside);
            assertThat(node.host().addressBook().observations().getFirst().address())
                    .isEqualTo(outside);
        });
    }

    /** Four machines that come back every few seconds, and see the host at another address each time. */
    @Test
    void strangersThatSeeAHostElsewhereAllTheTimeDoNotKeepItFromFindingOutAboutItsOwnAddress() {
        World.underSeeds(1, world -> {
            world.withoutBeliefs();
            TestNode node = at(world, "node", "8.9.0.1", Nat.create());
            AtomicInteger ports = new AtomicInteger();
            List<TestNode> liars = crowd(world, "8.6.0", 4, 3);
            for (int i = 0; i < liars.size(); i++) {
                TestNode liar = liars.get(i);
                int first = 4000 + 1000 * (i % 3);
                liar.host().handle(Identify.PROTOCOL, stream -> {
                    ProtobufWriter lie = new ProtobufWriter();
                    lie.bytes(
                            4,
                            Multiaddr.parse("/ip4/9.9.9.9/tcp/" + (first + ports.get()))
                                    .toBytes());
                    stream.write(Delimited.frame(lie.toByteArray()));
                    stream.closeWrite();
                });
                liar.connect(node);
            }
            world.sleep(Duration.ofSeconds(10));
            for (int i = 1; i <= 3; i++) {
                node.connect(
                        at(world, "server" + i, "8.3." + i + ".1", Nat.create().withAutoNatService()));
            }
            Duration confirmed = Duration.ZERO;
            for (int i = 0; i < 10 && confirmed.isZero(); i++) {
                ports.incrementAndGet();
                for (TestNode liar : liars) {
                    liar.connections(node).forEach(each -> each.close(0, "again"));
                    try {
                        liar.connect(node);
                    } catch (IOException often) {
                        // as is to be
                    }
                }
                world.sleep(Duration.ofSeconds(6));
                boolean known = node.host().addressBook().entries().stream()
                        .anyMatch(entry -> entry.address().equals(Multiaddr.parse("/ip4/8.9.0.1/tcp/4001"))
                                && entry.state() == State.CONFIRMED);
                confirmed = known ? world.simulation().elapsed() : confirmed;
            }
            assertThat(confirmed)
                    .as("beside %s invented addresses", 3 * ports.get())
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(40));
        });
    }
}
