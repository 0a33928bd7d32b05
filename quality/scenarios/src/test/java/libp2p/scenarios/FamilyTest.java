package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Deadline;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostAssembly;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ServiceLimit;
import libp2p.core.routing.PeerRouting;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** A family of protocols is one value that brings all its parts, and its services live as the contract says. */
class FamilyTest {
    private static final String PROTOCOL = "/family/1.0.0";
    private static final String SERVICE = "test.family";

    /** Writes down what happens to it; answers one byte, and says goodbye with one. */
    private static final class Diary implements HostService, PeerRouting, ProtocolFamily {
        private final List<String> entries = Collections.synchronizedList(new ArrayList<>());
        private final List<PeerAddress> known = new ArrayList<>();
        private Host host;
        private Duration farewell = Duration.ZERO;

        @Override
        public void contribute(HostAssembly assembly) {
            entries.add("contributed to " + assembly.identity().peerId());
            assembly.service(this).serviceLimits(SERVICE, ServiceLimit.of(2, 1 << 20), ServiceLimit.of(2, 1 << 20));
        }

        @Override
        public void start(Host started) {
            host = started;
            entries.add("started");
            started.handle(PROTOCOL, HandlerOptions.DEFAULT.withService(SERVICE), stream -> {
                entries.add("byte " + stream.input().read());
                stream.input().read(); // until the other side ends it
            });
        }

        @Override
        public void listening() {
            entries.add("listening on " + host.addresses().size());
        }

        @Override
        public void connectionOpened(Connection connection) {
            entries.add("opened");
        }

        @Override
        public void connectionClosed(Connection connection) {
            entries.add("closed");
        }

        @Override
        public void closing(Deadline deadline) {
            for (Connection connection : host.connections()) {
                try {
                    Stream stream = host.open(PeerAddress.of(connection.remotePeer()), PROTOCOL);
                    stream.write(new byte[] {7});
                    stream.closeWrite();
                    stream.input().read(); // the other side has read it when it ends the stream
                    stream.close();
                    entries.add("farewell");
                    host.environment().park(this, Deadline.after(host.environment(), farewell));
                } catch (IOException e) {
                    entries.add("no farewell: " + e.getMessage());
                }
            }
        }

        @Override
        public void close() {
            entries.add("ended");
        }

        @Override
        public List<Multiaddr> findPeer(PeerId peer, Deadline deadline) {
            return known.stream()
                    .filter(address -> peer.equals(address.peer()))
                    .findFirst()
                    .map(PeerAddress::addresses)
                    .orElse(List.of());
        }
    }

    @Test
    void aServiceLivesAsTheContractSaysAndItsFarewellArrives() {
        World.underManySeeds(world -> {
            Diary diary = new Diary();
            Diary other = new Diary();
            TestNode alice = world.node("alice", builder -> builder.with((ProtocolFamily) diary));
            TestNode bob = world.node("bob", builder -> builder.with((ProtocolFamily) other));
            alice.connect(bob);
            alice.awaitIdentified();
            alice.close(world.simulation());
            world.sleep(Duration.ofSeconds(1));
            assertThat(diary.entries)
                    .startsWith("contributed to " + alice.id(), "started", "listening on 1", "opened", "farewell")
                    .contains("closed", "ended")
                    .hasSize(7);
            assertThat(other.entries).contains("byte 7");
        });
    }

    @Test
    void aFarewellThatTakesTooLongIsNotWaitedFor() {
        World.underSeeds(5, world -> {
            Diary diary = new Diary();
            diary.farewell = Duration.ofHours(1);
            TestNode alice = world.node("alice", builder -> builder.with((ProtocolFamily) diary));
            TestNode bob = world.node("bob", builder -> builder.with((ProtocolFamily) new Diary()));
            alice.connect(bob);
            assertThat(world.timed(() -> alice.close(world.simulation()))).isLessThan(Duration.ofSeconds(10));
        });
    }

    @Test
    void aHostFindsItsPartsByWhatTheyAre() {
        World.underSeeds(1, world -> {
            Diary diary = new Diary();
            TestNode alice = world.node("alice", builder -> builder.with((ProtocolFamily) diary));
            assertThat(alice.host().find(PeerRouting.class)).contains(diary);
            assertThat(alice.host().find(Runnable.class)).isEmpty();
            assertThat(alice.host().findAll(HostService.class)).contains(diary).hasSizeGreaterThan(3);
        });
    }

    @Test
    void aServiceThatIsARoutingIsAskedByDialsWithoutAddresses() {
        World.underSeeds(5, world -> {
            Diary diary = new Diary();
            TestNode alice = world.node("alice", builder -> builder.with((ProtocolFamily) diary));
            TestNode bob = world.node("bob");
            diary.known.add(bob.address());
            assertThat(alice.host().connect(PeerAddress.of(bob.id())).remotePeer())
                    .isEqualTo(bob.id());
        });
    }

    /** A service that finds peers, or fails to. */
    private record Finder(String name, List<String> asked, List<PeerAddress> known, boolean fails)
            implements HostService, PeerRouting {
        @Override
        public List<Multiaddr> findPeer(PeerId peer, Deadline deadline) throws IOException {
            asked.add(name);
            if (fails) {
                throw new IOException(name + " is out of order");
            }
            return known.isEmpty() ? List.of() : known.getFirst().addresses();
        }

        @Override
        public void start(Host host) {}

        @Override
        public void close() {}
    }

    @Test
    void severalRoutingsOfOneHostAreAskedInTurnUntilOneKnows() {
        World.underSeeds(5, world -> {
            TestNode bob = world.node("bob");
            List<String> asked = Collections.synchronizedList(new ArrayList<>());
            TestNode alice = world.node(
                    "alice",
                    builder -> builder.routing(new Finder("application", asked, List.of(), true))
                            .with(assembly -> assembly.service(new Finder("empty", asked, List.of(), false)))
                            .with(assembly ->
                                    assembly.service(new Finder("knowing", asked, List.of(bob.address()), false)))
                            .with(assembly ->
                                    assembly.service(new Finder("last", asked, List.of(bob.address()), false))));
            assertThat(alice.host().connect(PeerAddress.of(bob.id())).remotePeer())
                    .isEqualTo(bob.id());
            assertThat(asked).containsExactly("application", "empty", "knowing");
            assertThat(alice.host().findAll(PeerRouting.class)).hasSize(3);
        });
    }

    @Test
    void streamsBeyondTheLimitsOfTheirServiceAreReset() {
        World.underSeeds(5, world -> {
            Diary diary = new Diary();
            TestNode bob = world.node("bob", builder -> builder.with((ProtocolFamily) diary));
            TestNode alice = world.node("alice");
            List<Stream> open = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                open.add(alice.open(bob, PROTOCOL));
                open.getLast().write(new byte[] {1});
            }
            world.sleep(Duration.ofSeconds(1)); // streams that arrive together are admitted in any order
            Stream third = alice.open(bob, PROTOCOL);
            assertThatThrownBy(() -> {
                        third.write(new byte[] {1});
                        third.input().read();
                    })
                    .isInstanceOf(StreamResetException.class);
            open.forEach(Stream::close);
            world.sleep(Duration.ofSeconds(1));
            try (Stream again = alice.open(bob, PROTOCOL)) {
                again.write(new byte[] {3});
            }
            world.sleep(Duration.ofSeconds(1));
            assertThat(diary.entries).contains("byte 3");
        });
    }

    @Test
    void aHostListensOnOneMoreAddressWhileItRuns() {
        World.underSeeds(5, world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            Multiaddr more = Multiaddr.parse("/ip4/10.0.0.2/tcp/4002");
            Registration listening = bob.host().listen(more);
            assertThat(bob.host().addresses()).contains(more);
            assertThat(bob.host().fullAddresses()).contains(Multiaddr.parse(more + "/p2p/" + bob.id()));
            Connection connection = alice.host().connect(PeerAddress.of(bob.id(), List.of(more)));
            assertThat(connection.remoteAddress()).isEqualTo(more);
            byte[] answer = alice.host()
                    .open(more + "/p2p/" + bob.id(), libp2p.protocols.echo.Echo.PROTOCOL, stream -> {
                        stream.write(new byte[] {5});
                        stream.closeWrite();
                        return stream.input().readAllBytes();
                    });
            assertThat(answer).containsExactly(5);
            listening.close();
            assertThat(bob.host().addresses()).doesNotContain(more);
            assertThat(connection.isOpen()).isTrue();
            assertThatThrownBy(() -> bob.host().listen(Multiaddr.parse("/ip4/10.0.0.2/sctp/1")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no transport listens on /ip4/10.0.0.2/sctp/1");
        });
    }

    @Test
    void namespacesOfTheDatastoreDoNotSeeEachOther() {
        World.underSeeds(1, world -> {
            TestNode alice = world.node("alice");
            Datastore one = alice.host().datastore("one");
            Datastore two = alice.host().datastore("two");
            byte[] key = "key".getBytes(StandardCharsets.UTF_8);
            one.put(key, new byte[] {1});
            assertThat(two.has(key)).isFalse();
            one.close();
            assertThat(one.get(key)).containsExactly(1);
            assertThatThrownBy(() -> alice.host().datastore("a/b")).isInstanceOf(IllegalArgumentException.class);
        });
    }
}
