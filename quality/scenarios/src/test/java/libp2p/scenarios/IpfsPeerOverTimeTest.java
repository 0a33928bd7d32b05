package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.ipfs.IpfsOptions;
import libp2p.ipfs.IpfsPeer;
import libp2p.ipfs.Role;
import libp2p.multiformats.Cid;
import libp2p.storage.MemoryDatastore;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** What a peer of the kit does by itself as time goes on. */
class IpfsPeerOverTimeTest {
    private static final IpfsOptions OPTIONS =
            IpfsOptions.DEFAULT.withKadPrefix("/test").withListen();

    private static IpfsPeer start(World world, String name, IpfsOptions options) throws IOException {
        return IpfsPeer.start(world.machine(name), Role.WORKER, options);
    }

    @Test
    void aBlockThatWasNotReadForThirtyDaysLeavesTheMemory() {
        World.overDays(1, Duration.ofDays(40), world -> {
            MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            try (IpfsPeer peer = start(world, "peer", OPTIONS.withStore(store, new MemoryDatastore()))) {
                Cid cid = peer.add(new byte[1000]);
                for (int i = 0; i < 4; i++) {
                    assertThat(peer.blocks().get(cid)).isNotNull();
                }
                assertThat(peer.tiers().memory().blocks()).isEqualTo(1);
                world.sleep(Duration.ofDays(29));
                assertThat(peer.tiers().demotions()).isZero();
                world.sleep(Duration.ofDays(2));
                assertThat(peer.tiers().demotions()).isEqualTo(1);
                assertThat(peer.tiers().memory().blocks()).isZero();
                assertThat(peer.blocks().get(cid)).isNotNull();
            }
        });
    }

    /** A worker has been up for hours, and neither of these has. */
    @Test
    void aRoleThatTheMachineIsNotFitForIsLeftWhereThatIsAskedFor() {
        World.underSeeds(3, world -> {
            try (IpfsPeer switching = start(world, "switching", OPTIONS.withAutomaticRole());
                    IpfsPeer told = start(world, "told", OPTIONS)) {
                Cid cid = switching.add(new byte[1000]);
                assertThat(switching.role()).isEqualTo(Role.WORKER);
                world.sleep(Duration.ofMinutes(11));
                assertThat(switching.role()).isEqualTo(Role.LEECHER);
                assertThat(switching.blocks().get(cid)).isNotNull();
                assertThat(told.advice()).isEqualTo(Role.LEECHER);
                assertThat(told.role()).isEqualTo(Role.WORKER);
            }
        });
    }
}
