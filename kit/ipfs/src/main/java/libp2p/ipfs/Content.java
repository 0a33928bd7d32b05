package libp2p.ipfs;

import java.io.IOException;
import java.nio.file.Path;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.GarbageCollector;
import libp2p.blocks.Pins;
import libp2p.blocks.tier.TierOptions;
import libp2p.blocks.tier.TieredBlockStore;
import libp2p.core.environment.Environment;
import libp2p.fetch.Reputation;

/** The repository of a peer with a memory tier before it, within the budget of its role. */
final class Content implements AutoCloseable {
    final Repository repository;
    final TieredBlockStore blocks;
    final Pins pins;
    final Reputation reputation;

    private Content(Environment environment, Repository repository, TierOptions tiers) {
        this.repository = repository;
        blocks = new TieredBlockStore(environment, null, repository.blocks(), tiers);
        pins = repository.pins();
        reputation = repository.reputation();
    }

    static Content open(Environment environment, IpfsOptions options, Role role) throws IOException {
        Path data = options.data();
        if (data == null) {
            BlockStoreLimits memory =
                    BlockStoreLimits.DEFAULT.withStoreBytes(Math.min(role.memoryBytes(), role.diskBytes()) / 2);
            return new Content(
                    environment, Repository.inMemory(environment, memory), TierOptions.DEFAULT.withBytes(0, 0));
        }
        BlockStoreLimits limits = BlockStoreLimits.DEFAULT.withStoreBytes(role.diskBytes());
        return new Content(
                environment,
                Repository.open(environment, data.resolve("content"), limits),
                TierOptions.DEFAULT.withBytes(role.memoryTierBytes(), 0));
    }

    /** Removes what no pin keeps, from memory too, and gives the disk back what it took. */
    GarbageCollector.Result collectGarbage() throws IOException {
        GarbageCollector.Result result = new GarbageCollector(blocks, pins).collect();
        repository.compact();
        return result;
    }

    @Override
    public void close() throws IOException {
        repository.close();
    }
}
