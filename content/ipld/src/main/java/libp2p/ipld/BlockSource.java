package libp2p.ipld;

import java.io.IOException;
import java.util.List;
import libp2p.multiformats.Cid;

/** Source of blocks: a store, or peers. */
@FunctionalInterface
public interface BlockSource {
    /**
     * The data of a block, checked; must not be changed. Blocks for the disk or the network.
     *
     * @throws BlockNotFoundException if it is nowhere
     */
    byte[] get(Cid cid) throws IOException;

    /**
     * Tells what will be asked for soon, in this order, so that it can be fetched beforehand. Returns at once; failures
     * show when the blocks are got.
     */
    default void prefetch(List<Cid> cids) {}

    /**
     * Waits until everything that was got is durable, where this source stores what it gets.
     *
     * @throws IOException if something could not be stored
     */
    default void awaitStored() throws IOException {}
}
