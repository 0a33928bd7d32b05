package libp2p.ipfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import libp2p.core.environment.Deadline;
import libp2p.core.event.Subscription;
import libp2p.core.host.PeerAddress;
import libp2p.core.resource.LimitExceededException;
import libp2p.ipld.BlockNotFoundException;
import libp2p.kad.Dht;
import libp2p.multiformats.Cid;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.relay.RelayClient;
import libp2p.nat.relay.ReservationChanged;
import libp2p.swarm.peerstore.HostAddressBook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The peer of the kit: the example that asked for it, roles, budgets, and content that comes from peers on a miss. */
class IpfsPeerTest {
    private static final IpfsOptions LOCAL = IpfsOptions.DEFAULT
            .withListen("/ip4/127.0.0.1/tcp/0")
            .withKadPrefix("/test")
            .withPatience(Duration.ofSeconds(20));

    private static String address(IpfsPeer peer) {
        return peer.host().fullAddresses().getFirst().toString();
    }

    private static byte[] bytes(int count) {
        byte[] data = new byte[count];
        new Random(count).nextBytes(data);
        return data;
    }

    /**
     * Start with a role, connect to a bootstrap peer, request content by its CID, stop: with a peer of our own in place
     * of the public one.
     */
    @Test
    void theExampleOfTheKit() throws IOException {
        byte[] fixture = bytes(3_000_000);
        try (IpfsPeer bootstrap = IpfsPeer.start(Role.MASTER, LOCAL)) {
            Cid cid = bootstrap.add(fixture);
            try (IpfsPeer peer = IpfsPeer.start(Role.WORKER, LOCAL)) {
                peer.connect(address(bootstrap));
                byte[] data = peer.contentByCid(cid.toString());
                assertThat(data).isEqualTo(fixture);
            }
        }
    }

    @Test
    void aMissFallsBackToPeersAndTheSecondReadIsLocal() throws IOException {
        try (IpfsPeer other = IpfsPeer.start(Role.MASTER, LOCAL);
                IpfsPeer peer = IpfsPeer.start(Role.LEECHER, LOCAL.withPatience(Duration.ofSeconds(5)))) {
            byte[] data = bytes(100_000);
            Cid cid = other.add(data);
            peer.connect(address(other));
            assertThat(peer.contentByCid(cid.toString())).isEqualTo(data);
            assertThat(peer.routing().metrics())
                    .isEqualTo(new ContentRoutingManager.Metrics(0, 1, 0, 0, 0, 0, data.length));
            String address = address(other);
            other.close();
            assertThat(peer.contentByCid(cid.toString())).isEqualTo(data);
            assertThat(peer.routing().metrics())
                    .isEqualTo(new ContentRoutingManager.Metrics(1, 1, 0, 0, 0, 0, 2 * data.length));
            assertThat(address).isNotEmpty();
        }
    }

    @Test
    void providersAreFoundThroughTheDhtAndTheyAreAnnounced() throws Exception {
        try (IpfsPeer hub = IpfsPeer.start(Role.MASTER, LOCAL);
                IpfsPeer provider = IpfsPeer.start(Role.MASTER, LOCAL.withBootstrap(address(hub)));
                IpfsPeer seeker = IpfsPeer.start(Role.LEECHER, LOCAL.withBootstrap(address(hub)))) {
            provider.connect(address(hub));
            seeker.connect(address(hub));
            for (IpfsPeer peer : List.of(provider, seeker)) {
                assertThat(peer.host().find(Dht.class).orElseThrow().awaitPeers(Deadline.NONE))
                        .isTrue();
            }
            Cid cid = provider.add(bytes(1000));
            provider.host()
                    .find(libp2p.core.routing.ContentRouting.class)
                    .orElseThrow()
                    .provide(cid, Deadline.after(provider.host().environment(), Duration.ofSeconds(30)));
            List<PeerAddress> found = seeker.routing().find(cid, 5);
            assertThat(found)
                    .extracting(PeerAddress::peer)
                    .contains(provider.host().peerId());
            assertThat(seeker.contentByCid(cid.toString())).isEqualTo(bytes(1000));
            assertThat(provider.reprovide()).isEqualTo(1);
            provider.routing().announce(cid, 1000, Map.of("name", "fixture"));
            assertThat(provider.routing().announcements())
                    .containsExactly(new ContentRoutingManager.Announcement(cid, 1000, Map.of("name", "fixture")));
        }
    }

    /** A file of a root and four leaves, and a block that nothing pins. */
    @ParameterizedTest
    @CsvSource({"ALL, 6", "PINNED, 5", "ROOTS, 1"})
    void whatIsAnnouncedIsDecidedByTheStrategy(ProvideStrategy strategy, int count) throws IOException {
        try (IpfsPeer peer = IpfsPeer.start(Role.MASTER, LOCAL.withStrategy(strategy))) {
            peer.add(bytes(3_500_000));
            peer.blocks().put(libp2p.ipld.Block.of(libp2p.multiformats.Multicodec.RAW, bytes(77)));
            assertThat(peer.reprovide()).isEqualTo(count);
        }
    }

    @Test
    void aRoleChangesWhileThePeerRunsAndNothingIsLost(@TempDir Path data) throws IOException {
        try (IpfsPeer peer = IpfsPeer.start(Role.LEECHER, LOCAL.withData(data));
                IpfsPeer other = IpfsPeer.start(Role.MASTER, LOCAL)) {
            peer.connect(address(other));
            var id = peer.host().peerId();
            String before = address(peer);
            Cid cid = peer.add(bytes(10_000));
            peer.changeRole(Role.MASTER);
            assertThat(peer.role()).isEqualTo(Role.MASTER);
            assertThat(peer.host().peerId()).isEqualTo(id);
            assertThat(address(peer)).isEqualTo(before);
            assertThat(other.contentByCid(cid.toString())).isEqualTo(bytes(10_000));
            assertThat(peer.pins().list()).hasSize(1);
        }
    }

    @Test
    void aPeerThatChangesItsRoleListensWhereItDidForBrowsersToo() throws IOException {
        String announcedAlone = "/ip4/192.0.2.1/tcp/4001";
        IpfsOptions options = LOCAL.withListen("/ip4/127.0.0.1/udp/0/quic-v1/webtransport")
                .with(builder -> builder.addresses(
                        HostAddressBook.Options.DEFAULT.withAlso(List.of(Multiaddr.parse(announcedAlone)))));
        try (IpfsPeer peer = IpfsPeer.start(Role.LEECHER, options)) {
            List<Multiaddr> before = peer.host().addresses();
            assertThat(before).map(Object::toString).hasSize(2).contains(announcedAlone);
            peer.changeRole(Role.WORKER);
            assertThat(peer.host().addresses()).isEqualTo(before);
        }
    }

    @Test
    void budgetsAreThoseOfTheRole() throws IOException {
        assertThat(Role.MASTER.memoryBytes()).isEqualTo(2048L << 20);
        assertThat(Role.WORKER.diskBytes()).isEqualTo(5L << 30);
        assertThat(Role.LEECHER.bitsPerSecond()).isEqualTo(1_000_000);
        assertThat(Role.LEECHER.memoryTierBytes()).isLessThan(Role.LEECHER.memoryBytes());
        try (IpfsPeer leecher = IpfsPeer.start(Role.LEECHER, LOCAL)) {
            assertThat(leecher.blocks().usage().bytes()).isZero();
            byte[] large = new byte[8 << 20];
            libp2p.ipld.Block block = libp2p.ipld.Block.of(libp2p.multiformats.Multicodec.RAW, large);
            assertThatThrownBy(() -> leecher.blocks().putAll(java.util.Collections.nCopies(1, tooLarge())))
                    .isInstanceOf(LimitExceededException.class);
            leecher.blocks().put(block);
            assertThat(leecher.collectGarbage().removedBytes()).isEqualTo(large.length);
        }
    }

    private static libp2p.ipld.Block tooLarge() {
        return libp2p.ipld.Block.of(libp2p.multiformats.Multicodec.RAW, new byte[(8 << 20) + 1]);
    }

    @Test
    void aMasterRelaysForAWorkerThatNoPeerReaches() throws Exception {
        try (IpfsPeer master = IpfsPeer.start(Role.MASTER, LOCAL);
                IpfsPeer worker = IpfsPeer.start(Role.WORKER, LOCAL.withListen());
                IpfsPeer leecher = IpfsPeer.start(Role.LEECHER, LOCAL)) {
            try (Subscription<ReservationChanged> events =
                    worker.host().events().subscribe(ReservationChanged.class)) {
                worker.host().find(RelayClient.class).orElseThrow().keep(PeerAddress.parse(address(master)));
                assertThat(events.take(Deadline.NONE)).isNotNull();
            }
            var id = worker.host().peerId();
            leecher.connect(address(master) + "/p2p-circuit/p2p/" + id);
            assertThat(leecher.host().connections(id)).singleElement().satisfies(connection -> {
                assertThat(connection.isLimited()).isTrue();
                assertThat(connection.remoteAddress().toString()).contains("p2p-circuit");
            });
        }
    }

    @Test
    void theGraphIsTheTopology() throws IOException {
        try (IpfsPeer a = IpfsPeer.start(Role.MASTER, LOCAL);
                IpfsPeer b = IpfsPeer.start(Role.WORKER, LOCAL);
                IpfsPeer c = IpfsPeer.start(Role.LEECHER, LOCAL)) {
            b.connect(address(a));
            c.connect(address(b));
            NetworkGraph whole = NetworkGraph.merge(List.of(b.graph(), c.graph()));
            String idA = a.host().peerId().toString();
            String idB = b.host().peerId().toString();
            String idC = c.host().peerId().toString();
            assertThat(whole.nodes().keySet()).containsExactlyInAnyOrder(idA, idB, idC);
            assertThat(whole.edges()).containsExactlyInAnyOrder(edge(idA, idB), edge(idB, idC));
            assertThat(whole.dot()).startsWith("graph libp2p {").contains("\"" + idB + "\"", " -- ", "WORKER");
            assertThat(whole.json()).contains("{\"id\":\"" + idC + "\",\"label\":\"LEECHER\"}");
        }
    }

    private static NetworkGraph.Edge edge(String a, String b) {
        return a.compareTo(b) < 0 ? new NetworkGraph.Edge(a, b) : new NetworkGraph.Edge(b, a);
    }

    @Test
    void contentThatNoPeerHasIsAFailureThatIsCounted() throws IOException {
        try (IpfsPeer peer = IpfsPeer.start(Role.LEECHER, LOCAL.withPatience(Duration.ofMillis(200)))) {
            assertThatThrownBy(() -> peer.contentByCid("bafkreib5d743cfxr3nujo6hbajuswa5g5sqomvxzu5kfa3qdlrunhyzneu"))
                    .isInstanceOf(BlockNotFoundException.class);
            assertThat(peer.routing().metrics().failures()).isEqualTo(1);
        }
    }
}
