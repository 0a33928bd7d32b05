package libp2p.ipfs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.blocks.BlockStore;
import libp2p.blocks.LogDamage;
import libp2p.blocks.Pins;
import libp2p.blocks.ReachableBlocks;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSource;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything that a repository holds, says what is damaged and which pins are not whole, and gets again what pins
 * lack. Others may read, write and collect meanwhile. Removes nothing. One thread; blocks for the disk.
 */
public final class Verification {
    /**
     * Something that is wrong with a block.
     *
     * @param hash of the block, or null where even that cannot be read
     * @param reason what was found; names file and offset
     * @param isMissing whether the store counts it as missing, so that the next put or fetch of the block heals it
     */
    public record Damage(@Nullable Multihash hash, String reason, boolean isMissing) {}

    /**
     * A block that a pin lacks.
     *
     * @param pin that is not whole
     * @param cid of the block
     * @param reason why it is lacking
     */
    public record Lack(Pins.Pin pin, Cid cid, String reason) {}

    /** Hears of what was got again. */
    public interface Healing {
        /** A block is here again, durably. */
        void healed(Cid cid) throws IOException;

        /** A block could not be got. */
        void failed(Cid cid, String reason) throws IOException;
    }

    /** Hears of what was read; what it throws ends the verification. */
    @FunctionalInterface
    public interface Progress {
        /** Bytes more were read. */
        void read(long bytes) throws IOException;
    }

    private final Repository repository;
    private final BlockStore blocks;
    private final List<Damage> damages = new ArrayList<>();
    private long count;
    private long bytes;

    /** Nothing is read yet. */
    public Verification(Repository repository) {
        this.repository = repository;
        blocks = repository.blocks();
    }

    /**
     * Reads every block.
     *
     * @param progress hears of the bytes of each block
     * @return what is damaged, or was found to be when the files were opened and is not here again
     */
    public List<Damage> read(Progress progress) throws IOException {
        try (BlockStore.Lease lease = blocks.lease()) {
            blocks.forEach((hash, size) -> {
                lease.keep(List.of(hash)); // or a collection that removes it would look like damage
                if (blocks.size(Cid.v1(Multicodec.RAW, hash)) >= 0) {
                    count++;
                    read(hash);
                    bytes += size;
                    progress.read(size);
                }
            });
        }
        for (LogDamage lost : repository.damages()) {
            Multihash hash = lost.hash();
            if (hash == null || blocks.size(Cid.v1(Multicodec.RAW, hash)) < 0) {
                damages.add(new Damage(hash, lost.place(), true));
            }
        }
        return List.copyOf(damages);
    }

    private void read(Multihash hash) {
        Cid cid = Cid.v1(Multicodec.RAW, hash);
        try {
            byte[] data = blocks.find(cid);
            if (data != null) { // else the store has noted where it is damaged
                Block.verified(cid, data);
            }
        } catch (MalformedException e) {
            damages.add(
                    new Damage(hash, "its bytes have another hash, although they are those that were stored", false));
        } catch (IOException e) {
            damages.add(new Damage(hash, String.valueOf(e.getMessage()), false));
        }
    }

    /** Blocks that were read. */
    public long blocks() {
        return count;
    }

    /** Bytes of them. */
    public long bytes() {
        return bytes;
    }

    /** The blocks that the pins lack, as far as it can be told: links below a missing block are not known. */
    public List<Lack> lacks() throws IOException {
        List<Lack> lacks = new ArrayList<>();
        for (Pins.Pin pin : repository.pins().list()) {
            new ReachableBlocks(blocks)
                    .of(pin.cid(), pin.kind(), cid -> {}, (cid, reason) -> lacks.add(new Lack(pin, cid, reason)));
        }
        return lacks;
    }

    /**
     * Gets what pins lack, and what that shows to be lacking below it, until nothing more comes; the lease of the source
     * keeps what came.
     *
     * @param source that verifies what it gets
     * @return what is still lacking
     */
    public List<Lack> heal(BlockSource source, Healing healing) throws IOException {
        Set<Cid> failed = new HashSet<>();
        while (true) {
            List<Lack> lacks = lacks();
            Map<Cid, Lack> wanted = new LinkedHashMap<>();
            lacks.forEach(lack -> wanted.putIfAbsent(lack.cid(), lack));
            wanted.keySet().removeAll(failed);
            if (wanted.isEmpty()) {
                return lacks;
            }
            source.prefetch(List.copyOf(wanted.keySet()));
            for (Cid cid : wanted.keySet()) {
                try {
                    byte[] data = source.get(cid);
                    source.awaitStored();
                    if (!blocks.has(cid)) { // another writer is at it, or a cache had it
                        blocks.put(Block.trusted(cid, data));
                    }
                } catch (IOException e) {
                    failed.add(cid);
                    healing.failed(cid, String.valueOf(e.getMessage()));
                    continue;
                }
                healing.healed(cid);
            }
        }
    }
}
