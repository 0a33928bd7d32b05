package libp2p.ipfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.bitswap.Bitswap;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.PeerProtocolsChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Capabilities;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.PubSub;
import libp2p.discovery.pubsub.PeerAnnounced;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.pubsub.PubSubService;
import libp2p.storage.MemoryDatastore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The peer of the kit as a user wants it: topics, folders, progress, stores, roles that act. */
class KitPeersTest {
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

    private static void awaitPeer(IpfsPeer peer, String topic) throws Exception {
        peer.host()
                .find(PubSubService.class)
                .orElseThrow()
                .awaitPeers(topic, 1, Deadline.after(peer.host().environment(), Duration.ofSeconds(60)));
    }

    @Test
    void topicsArePublishedToAndSubscribedAndAHandlerIsTakenAway() throws Exception {
        try (IpfsPeer one = IpfsPeer.start(Role.MASTER, LOCAL);
                IpfsPeer two = IpfsPeer.start(Role.WORKER, LOCAL)) {
            BlockingQueue<String> first = new LinkedBlockingQueue<>();
            BlockingQueue<String> second = new LinkedBlockingQueue<>();
            PubSub.Listener handler = message -> first.add(new String(message.data(), UTF_8));
            two.subscribe("news", handler);
            two.subscribe("news", message -> second.add(new String(message.data(), UTF_8)));
            assertThat(two.topics()).containsExactly("news");
            one.connect(address(two));
            awaitPeer(one, "news");
            assertThat(one.topicPeers("news")).containsExactly(two.host().peerId());
            one.publish("news", "hello");
            assertThat(first.take()).isEqualTo("hello");
            assertThat(second.take()).isEqualTo("hello");
            two.unsubscribe("news", handler);
            one.publish("news", "again".getBytes(UTF_8));
            assertThat(second.take()).isEqualTo("again");
            assertThat(first).isEmpty();
            two.unsubscribe("news");
            assertThat(two.topics()).isEmpty();
        }
    }

    @Test
    void subscriptionsGoOnInAnotherRole() throws Exception {
        try (IpfsPeer one = IpfsPeer.start(Role.MASTER, LOCAL);
                IpfsPeer two = IpfsPeer.start(Role.LEECHER, LOCAL)) {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            two.subscribe("news", message -> heard.add(new String(message.data(), UTF_8)));
            two.changeRole(Role.WORKER);
            assertThat(two.topics()).containsExactly("news");
            one.connect(address(two));
            awaitPeer(one, "news");
            one.publish("news", "hello");
            assertThat(heard.take()).isEqualTo("hello");
        }
    }

    @Test
    void peersFindEachOtherOnATopic() throws Exception {
        IpfsOptions finding =
                LOCAL.withPubSubDiscovery().with(builder -> builder.limit("pubsub-discovery.interval", "200ms"));
        try (IpfsPeer hub = IpfsPeer.start(Role.MASTER, finding);
                IpfsPeer one = IpfsPeer.start(Role.LEECHER, finding);
                Subscription<PeerAnnounced> events = one.host().events().subscribe(PeerAnnounced.class);
                IpfsPeer two = IpfsPeer.start(Role.LEECHER, finding)) {
            one.connect(address(hub));
            two.connect(address(hub));
            PeerId found = null;
            while (!two.host().peerId().equals(found)) {
                found = events.take(Deadline.NONE).peer();
            }
            assertThat(one.topics()).containsExactly("_peer-discovery._p2p._pubsub");
        }
    }

    @Test
    void aFolderIsAddedAndFetchedAndProgressIsTold(@TempDir Path folder) throws IOException {
        Path tree = Files.createDirectories(folder.resolve("tree/below"));
        Files.write(tree.resolve("large"), bytes(3_000_000));
        Files.writeString(folder.resolve("tree/small"), "small");
        try (IpfsPeer one = IpfsPeer.start(Role.MASTER, LOCAL);
                IpfsPeer two = IpfsPeer.start(Role.LEECHER, LOCAL)) {
            List<Long> made = new ArrayList<>();
            Cid root = one.add(folder.resolve("tree"), made::add);
            assertThat(made).isSorted();
            assertThat(made.getLast()).isGreaterThan(3_000_000);
            two.connect(address(one));
            AtomicLong came = new AtomicLong();
            two.get(root.toString(), folder.resolve("copy"), came::set);
            assertThat(came.get()).isGreaterThan(3_000_000);
            assertThat(folder.resolve("copy/below/large")).hasBinaryContent(bytes(3_000_000));
            assertThat(folder.resolve("copy/small")).hasContent("small");
            assertThat(new String(two.cat(root + "/small").readAllBytes(), UTF_8))
                    .isEqualTo("small");
            assertThat(two.routing()
                            .discovery()
                            .reputation()
                            .stats(one.host().peerId().toString())
                            .successes())
                    .as("fetching fills the reputation that providers are chosen by")
                    .isPositive();
            two.pin(root, came::set);
            assertThat(two.pins().has(root)).isTrue();
            assertThat(one.add(folder.resolve("tree/small"))).isNotNull();
        }
    }

    /** The blocks are in the application's store, with the memory tier and a cache on the disk before it. */
    @Test
    void aPeerWorksOverAStoreOfTheApplication(@TempDir Path folder) throws IOException {
        MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        MemoryDatastore records = new MemoryDatastore();
        Cid cid;
        try (IpfsPeer peer = IpfsPeer.start(Role.LEECHER, LOCAL.withData(folder).withStore(store, records))) {
            cid = peer.add(bytes(500_000));
            assertThat(store.has(cid)).isTrue();
            for (int i = 0; i < 4; i++) {
                assertThat(peer.contentByCid(cid.toString())).isEqualTo(bytes(500_000));
            }
            assertThat(peer.tiers().promotions()).isPositive();
            assertThat(folder.resolve("cache/blocks")).isNotEmptyDirectory();
        }
        assertThat(store.has(cid)).as("the store is the application's").isTrue();
        try (IpfsPeer again =
                IpfsPeer.start(Role.LEECHER, LOCAL.withData(folder).withStore(store, records))) {
            assertThat(again.pins().has(cid)).isTrue();
            again.pins().remove(cid);
            assertThat(again.collectGarbage().removed()).isPositive();
        }
        assertThat(store.has(cid)).isFalse();
    }

    @Test
    void pinsOverAGivenStoreLastInTheDataDirectory(@TempDir Path folder) throws IOException {
        MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        Cid cid;
        try (IpfsPeer peer = IpfsPeer.start(Role.LEECHER, LOCAL.withData(folder).withStore(store))) {
            cid = peer.add(bytes(100));
        }
        try (IpfsPeer peer = IpfsPeer.start(Role.LEECHER, LOCAL.withData(folder).withStore(store))) {
            assertThat(peer.pins().has(cid)).isTrue();
        }
        try (IpfsPeer peer = IpfsPeer.start(Role.LEECHER, LOCAL.withStore(store))) {
            assertThat(peer.pins().list()).isEmpty();
        }
    }

    @Test
    void theNetworkIsTheLastTier() throws IOException {
        try (IpfsPeer one = IpfsPeer.start(Role.MASTER, LOCAL);
                IpfsPeer two = IpfsPeer.start(Role.LEECHER, LOCAL)) {
            Block block = Block.of(Multicodec.RAW, bytes(1000));
            one.blocks().put(block);
            two.connect(address(one));
            assertThat(two.blocks().find(block.cid())).as("a look asks no peer").isNull();
            assertThat(two.blocks().get(block.cid())).isEqualTo(block.data());
            assertThat(two.blocks().has(block.cid())).isTrue();
        }
    }

    @Test
    void inMemoryNothingIsPromotedIntoATierOfNoBytes() throws IOException {
        try (IpfsPeer peer = IpfsPeer.start(Role.LEECHER, LOCAL)) {
            String cid = peer.add(bytes(1000)).toString();
            for (int i = 0; i < 5; i++) {
                peer.contentByCid(cid);
            }
            assertThat(peer.tiers().promotions()).isZero();
        }
    }

    /** One that only fetched is found as a provider: its cache is of use to others. */
    @Test
    void aWorkerAnnouncesWhatItCaches() throws Exception {
        try (IpfsPeer hub = IpfsPeer.start(Role.MASTER, LOCAL);
                IpfsPeer worker = IpfsPeer.start(Role.WORKER, LOCAL.withBootstrap(address(hub)));
                IpfsPeer leecher = IpfsPeer.start(Role.LEECHER, LOCAL.withBootstrap(address(hub)))) {
            Cid cid = hub.add(bytes(1000));
            worker.connect(address(hub));
            leecher.connect(address(hub));
            worker.contentByCid(cid.toString());
            leecher.contentByCid(cid.toString());
            assertThat(worker.reprovide()).as("a worker").isEqualTo(1);
            assertThat(leecher.reprovide())
                    .as("a leecher, which has pinned nothing")
                    .isZero();
        }
    }

    @Test
    void nothingBoundsTheRateUnlessItIsAskedFor() throws IOException {
        try (IpfsPeer free = IpfsPeer.start(Role.LEECHER, LOCAL);
                IpfsPeer bound = IpfsPeer.start(Role.LEECHER, LOCAL.withSendRate(125_000))) {
            assertThat(rate(free)).isEqualTo(Long.MAX_VALUE);
            assertThat(rate(bound)).isEqualTo(125_000);
        }
    }

    private static long rate(IpfsPeer peer) {
        return peer.host().find(Bitswap.class).orElseThrow().rate().bytesPerSecond();
    }

    @Test
    void capabilitiesAreDeclaredSeenAndChosenBy() throws Exception {
        String gpu = "/example/gpu/1.0.0";
        try (IpfsPeer one = IpfsPeer.start(Role.MASTER, LOCAL.withCapabilities(gpu));
                IpfsPeer two = IpfsPeer.start(Role.LEECHER, LOCAL);
                Subscription<PeerProtocolsChanged> changes =
                        two.host().events().subscribe(PeerProtocolsChanged.class)) {
            two.connect(address(one));
            PeerId id = one.host().peerId();
            awaitSpeaks(changes, id, gpu, true);
            assertThat(two.peersWith(gpu)).containsExactly(id);
            String ssd = "/example/ssd/1.0.0";
            var registration = Capabilities.declare(one.host(), ssd);
            awaitSpeaks(changes, id, ssd, true);
            assertThat(two.peersWith(ssd)).containsExactly(id);
            registration.close();
            awaitSpeaks(changes, id, ssd, false);
            assertThat(two.peersWith(ssd)).isEmpty();
            assertThatThrownBy(() -> two.host()
                            .open(
                                    PeerAddress.of(id),
                                    gpu,
                                    stream -> stream.input().read()))
                    .isInstanceOf(IOException.class);
        }
    }

    private static void awaitSpeaks(
            Subscription<PeerProtocolsChanged> changes, PeerId id, String protocol, boolean speaks)
            throws InterruptedException {
        PeerProtocolsChanged change;
        do {
            change = changes.take(Deadline.NONE);
        } while (!change.peer().equals(id) || change.protocols().contains(protocol) != speaks);
    }

    /** The host cannot be started in the new role: the peer goes on in the old one. */
    @Test
    void aRoleThatCannotBeTakenLeavesAPeerThatWorks(@TempDir Path data) throws Exception {
        boolean[] fails = {false};
        IpfsOptions options = LOCAL.withData(data).with(builder -> {
            if (fails[0]) {
                fails[0] = false;
                throw new IllegalStateException("not now");
            }
        });
        try (IpfsPeer peer = IpfsPeer.start(Role.LEECHER, options);
                IpfsPeer other = IpfsPeer.start(Role.MASTER, LOCAL)) {
            Cid cid = peer.add(bytes(1000));
            peer.subscribe("news", message -> {});
            fails[0] = true;
            assertThatThrownBy(() -> peer.changeRole(Role.MASTER)).hasMessage("not now");
            assertThat(peer.role()).isEqualTo(Role.LEECHER);
            assertThat(peer.topics()).containsExactly("news");
            other.connect(address(peer));
            assertThat(other.contentByCid(cid.toString())).isEqualTo(bytes(1000));
            peer.changeRole(Role.WORKER);
            assertThat(peer.role()).isEqualTo(Role.WORKER);
            peer.close();
            assertThatThrownBy(() -> peer.changeRole(Role.MASTER)).hasMessage("the peer is closed");
        }
    }
}
