package libp2p.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import libp2p.HostBuilder;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.Pins;
import libp2p.core.environment.Environment;
import libp2p.ipld.Block;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the network is told of a repository. */
class AnnouncementsTest {
    private final Environment environment = SystemEnvironment.shared();
    private final ToldRouting routing = new ToldRouting();

    @TempDir
    private Path folder;

    private static Block block(int number) {
        return Block.of(Multicodec.RAW, new byte[] {(byte) number, (byte) (number >> 8), 7});
    }

    private Announcements start(Repository repository, ProvideStrategy strategy) {
        return Announcements.start(environment, repository, strategy, () -> Optional.of(routing));
    }

    /** The blocks of a file of four leaves and a root, which is the last. */
    private static List<Block> file(BlockStore store) throws IOException {
        byte[] data = new byte[4000];
        new Random(1).nextBytes(data);
        List<Block> blocks = new ArrayList<>();
        new FileImporter(ImportOptions.V1_2025.withChunker("size-1000"), blocks::add)
                .add(new ByteArrayInputStream(data));
        store.putAll(blocks);
        return blocks;
    }

    private static Set<Cid> cids(List<Block> blocks) {
        Set<Cid> cids = new HashSet<>();
        blocks.forEach(block -> cids.add(block.cid()));
        return cids;
    }

    @Test
    void whatIsThereAtTheStartAndWhatIsPinnedLaterIsAnnounced() throws Exception {
        try (Repository repository = Repository.inMemory(environment, BlockStoreLimits.DEFAULT)) {
            BlockStore blocks = repository.blocks();
            blocks.putAll(List.of(block(1), block(2)));
            repository.pins().add(block(1).cid(), Pins.Kind.RECURSIVE, blocks);
            try (Announcements announcements = start(repository, ProvideStrategy.PINNED)) {
                routing.awaitTold(Set.of(block(1).cid()));
                List<Block> file = file(blocks);
                repository.pins().add(file.getLast().cid(), Pins.Kind.RECURSIVE, blocks);
                routing.awaitTold(cids(file));
                assertThat(routing.isTold(block(2).cid())).isFalse();
                assertThat(announcements.announceAll()).isEqualTo(6);
            }
        }
    }

    @Test
    void whatIsStoredIsAnnouncedWhereEveryBlockIs() throws Exception {
        try (Repository repository = Repository.inMemory(environment, BlockStoreLimits.DEFAULT);
                Announcements announcements = start(repository, ProvideStrategy.ALL)) {
            repository.blocks().put(block(1));
            routing.awaitTold(Set.of(block(1).cid()));
            announcements.close();
            assertThat(announcements.announced()).isPositive();
        }
    }

    @Test
    void whatIsUnpinnedAndCollectedIsAnnouncedNoMore() throws Exception {
        try (Repository repository = Repository.inMemory(environment, BlockStoreLimits.DEFAULT);
                Announcements announcements = start(repository, ProvideStrategy.PINNED)) {
            List<Block> file = file(repository.blocks());
            Cid root = file.getLast().cid();
            repository.pins().add(root, Pins.Kind.RECURSIVE, repository.blocks());
            routing.awaitTold(cids(file));
            repository.pins().remove(root);
            assertThat(routing.isTold(root)).as("it is still here").isTrue();
            repository.collectGarbage();
            for (Block block : file) { // a look that began before the collection may tell of it, and takes that back
                routing.awaitStopped(block.cid());
            }
            announcements.close();
            assertThat(announcements.announced()).isGreaterThanOrEqualTo(5);
        }
    }

    @Test
    void whatWasRemovedWhileNoNodeRanIsAnnouncedNoMoreFromTheNextStartOn() throws Exception {
        try (Repository repository = Repository.open(environment, folder, BlockStoreLimits.DEFAULT)) {
            repository.blocks().putAll(List.of(block(1), block(2)));
            repository.pins().add(block(1).cid(), Pins.Kind.RECURSIVE, repository.blocks());
            repository.pins().add(block(2).cid(), Pins.Kind.RECURSIVE, repository.blocks());
            try (Announcements announcements = start(repository, ProvideStrategy.PINNED)) {
                routing.awaitTold(Set.of(block(1).cid(), block(2).cid()));
                announcements.close();
                assertThat(announcements.announced()).isEqualTo(2);
            }
            repository.pins().remove(block(1).cid());
            repository.collectGarbage();
            assertThat(routing.isTold(block(1).cid())).isTrue();
        }
        try (Repository repository = Repository.open(environment, folder, BlockStoreLimits.DEFAULT);
                Announcements announcements = start(repository, ProvideStrategy.PINNED)) {
            routing.awaitStopped(block(1).cid());
            routing.awaitTold(Set.of(block(2).cid()));
            announcements.close();
            assertThat(repository.withdrawn()).as("all is told").isEmpty();
        }
    }

    @Test
    void aPinThatIsNotWholeIsAnnouncedAsFarAsItIsHereAndHindersNoOther() throws Exception {
        try (Repository repository = Repository.inMemory(environment, BlockStoreLimits.DEFAULT)) {
            List<Block> file = file(repository.blocks());
            Block lost = file.getFirst();
            repository.blocks().put(block(1));
            repository.pins().add(file.getLast().cid(), Pins.Kind.RECURSIVE, repository.blocks());
            repository.pins().add(block(1).cid(), Pins.Kind.RECURSIVE, repository.blocks());
            repository.blocks().delete(List.of(lost.cid().hash()));
            try (Announcements announcements = start(repository, ProvideStrategy.PINNED)) {
                Set<Cid> rest = cids(file);
                rest.remove(lost.cid());
                rest.add(block(1).cid());
                routing.awaitTold(rest);
                assertThat(announcements.announceAll()).isEqualTo(5);
                assertThat(routing.isTold(lost.cid())).isFalse();
            }
        }
    }

    /** The routing takes nothing while more is pinned than may wait. */
    @Test
    void thoseWhoPinDoNotWaitAndNothingIsForgottenThatDidNotFitIntoTheQueue() throws Exception {
        int count = 1500;
        CountDownLatch slow = routing.holdUp();
        try (Repository repository = Repository.inMemory(environment, BlockStoreLimits.DEFAULT)) {
            repository.blocks().put(block(0));
            repository.pins().add(block(0).cid(), Pins.Kind.RECURSIVE, repository.blocks());
            try (Announcements announcements = start(repository, ProvideStrategy.ROOTS)) {
                routing.awaitHeldUp();
                Set<Cid> all = new HashSet<>();
                for (int i = 1; i < count; i++) {
                    repository.blocks().put(block(i));
                    repository.pins().add(block(i).cid(), Pins.Kind.RECURSIVE, repository.blocks());
                    all.add(block(i).cid());
                }
                assertThat(announcements.announced()).isZero();
                slow.countDown();
                routing.awaitTold(all);
            }
        }
    }

    /** The kit: each way in ends at the routing of its host. */
    @Test
    void whatTheKitAddsPinsFetchesAndIsAskedToPinIsAnnounced() throws Exception {
        IpfsOptions local =
                IpfsOptions.DEFAULT.withListen("/ip4/127.0.0.1/tcp/0").withKadPrefix("/test");
        try (IpfsPeer source = IpfsPeer.start(Role.MASTER, local);
                IpfsPeer keeper = IpfsPeer.start(
                        Role.MASTER,
                        local.withStrategy(ProvideStrategy.ALL).with((HostBuilder builder) -> builder.with(routing)));
                RemotePins pins = RemotePins.serve(keeper)) {
            keeper.connect(source.host().fullAddresses().getFirst().toString());
            pins.trust(source.host().peerId());
            routing.awaitTold(Set.of(keeper.add(new byte[10])));
            Cid pinned = source.add(new byte[20]);
            keeper.pin(pinned);
            routing.awaitTold(Set.of(pinned));
            Cid asked = source.add(new byte[30]);
            RemotePins.add(
                    source,
                    libp2p.core.host.PeerAddress.of(
                            keeper.host().fullAddresses().getFirst()),
                    asked);
            routing.awaitTold(Set.of(asked));
            Cid read = source.add(new byte[40]);
            assertThat(keeper.contentByCid(read.toString())).hasSize(40);
            routing.awaitTold(Set.of(read));
            keeper.collectGarbage();
            routing.awaitStopped(read);
            assertThat(routing.isTold(pinned)).isTrue();
        }
    }
}
