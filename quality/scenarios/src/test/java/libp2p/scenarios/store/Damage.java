package libp2p.scenarios.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import libp2p.ipld.Block;
import libp2p.multiformats.Multihash;
import libp2p.scenarios.lossy.LossyDisk;

/**
 * Damage to the files of a store while no process uses it.
 *
 * @param files that are not what they were
 * @param blocks of which a copy is damaged
 * @param shortened files that are gone, or have fewer bytes than before
 */
record Damage(List<String> files, Set<Multihash> blocks, Set<String> shortened) {
    /** Bytes of a record before and behind its block, at most. */
    private static final int AROUND = 64;

    /** Bytes of a record between a key and its data, at most. */
    private static final int BETWEEN = 8;

    private static final String LOG = ".blocks";
    private static final String INDEX = "/content/index";

    static final Damage NONE = new Damage(List.of(), Set.of(), Set.of());

    /**
     * Damages a disk.
     *
     * @param older the same disk on an older day
     */
    static Damage on(LossyDisk disk, LossyDisk older, Fault fault, Random random) {
        List<String> files = new ArrayList<>(disk.files());
        files.removeIf(file -> !file.startsWith("/content/") || file.endsWith("lock") || disk.bytes(file).length == 0);
        if (fault == Fault.OLDER) {
            files.removeIf(file -> older.bytes(file) == null || Arrays.equals(older.bytes(file), disk.bytes(file)));
        }
        if (files.isEmpty()) {
            return NONE;
        }
        List<String> logs = files.stream().filter(each -> each.endsWith(LOG)).toList();
        List<String> from = logs.isEmpty() || random.nextInt(3) == 0 ? files : logs;
        String file = from.get(random.nextInt(from.size()));
        byte[] before = disk.bytes(file);
        Set<Multihash> blocks = new HashSet<>();
        switch (fault) {
            case FLIPPED_BIT -> {
                byte[] after = before.clone();
                after[random.nextInt(after.length)] ^= (byte) (1 << random.nextInt(8));
                disk.overwrite(file, after);
                if (file.endsWith(LOG) && random.nextInt(3) == 0 && files.contains(INDEX)) {
                    disk.lose(INDEX); // the log is read from its beginning
                    addChanged(before, after, blocks);
                    return new Damage(List.of(file, INDEX), blocks, Set.of());
                }
            }
            case CUT -> disk.overwrite(file, Arrays.copyOf(before, random.nextInt(before.length)));
            case OLDER -> disk.overwrite(file, older.bytes(file));
            case LOST -> disk.lose(file);
            case SWAPPED -> {
                String other = files.get(random.nextInt(files.size()));
                byte[] theirs = disk.bytes(other);
                disk.overwrite(file, theirs);
                disk.overwrite(other, before);
                addChanged(theirs, before, blocks);
                if (!other.equals(file)) {
                    addChanged(before, theirs, blocks);
                    return new Damage(
                            List.of(file, other), blocks, Set.of(theirs.length < before.length ? file : other));
                }
                return NONE;
            }
            default -> throw new IllegalArgumentException("no damage: " + fault);
        }
        byte[] after = disk.bytes(file);
        addChanged(before, after == null ? new byte[0] : after, blocks);
        boolean isShorter = after == null || after.length < before.length;
        return new Damage(List.of(file), blocks, isShorter ? Set.of(file) : Set.of());
    }

    /** Whether one of the files says what is pinned. */
    boolean isOfPins() {
        return files.stream().anyMatch(file -> file.startsWith("/content/pin"));
    }

    /** Adds the blocks of which a record is not what it was, or not all of it. */
    private static void addChanged(byte[] before, byte[] after, Set<Multihash> blocks) {
        for (Block block : Shelf.ALL.blocks().values()) {
            byte[] key = block.cid().hash().toBytes();
            for (int at = find(before, key, 0); at >= 0; at = find(before, key, at + 1)) {
                int end = endOfData(before, at + key.length, block.data());
                if (end < 0) {
                    continue; // a link to the block
                }
                int from = Math.max(0, at - AROUND);
                int to = Math.min(before.length, end + AROUND);
                if (after.length < to || Arrays.mismatch(before, from, to, after, from, to) >= 0) {
                    blocks.add(block.cid().hash());
                }
            }
        }
    }

    /** Where the data of a block ends that begins a little behind its key, or −1. */
    private static int endOfData(byte[] in, int behindKey, byte[] data) {
        for (int at = behindKey; at <= behindKey + BETWEEN && at + data.length <= in.length; at++) {
            if (Arrays.equals(in, at, at + data.length, data, 0, data.length)) {
                return at + data.length;
            }
        }
        return -1;
    }

    private static int find(byte[] in, byte[] what, int from) {
        for (int at = from; at <= in.length - what.length; at++) {
            if (in[at] == what[0] && Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
                return at;
            }
        }
        return -1;
    }
}
