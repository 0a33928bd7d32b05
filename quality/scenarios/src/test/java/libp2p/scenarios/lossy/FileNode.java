package libp2p.scenarios.lossy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * The content of a file: as processes see it, as the disk has it for sure, and the changes between the two, in their
 * order. The caller holds the lock of the disk.
 */
final class FileNode extends DiskNode {
    /** Bytes that a disk writes whole or not at all. */
    static final int SECTOR = 512;

    /** A write, or a change of the length if the data is empty. */
    private record Change(int position, byte[] data, int length) {}

    private byte[] content;
    private int length;
    private byte[] durable;
    private int durableLength;
    private final List<Change> changes = new ArrayList<>();

    /** A file whose content is durable. */
    FileNode(byte[] bytes) {
        content = bytes.clone();
        durable = bytes.clone();
        length = bytes.length;
        durableLength = length;
    }

    int length() {
        return length;
    }

    byte[] bytes() {
        return Arrays.copyOf(content, length);
    }

    int read(int position, byte[] target, int from, int count) {
        if (position >= length) {
            return -1;
        }
        int read = Math.min(count, length - position);
        System.arraycopy(content, position, target, from, read);
        return read;
    }

    void write(int position, byte[] data) {
        length = Math.max(length, position + data.length);
        content = grown(content, length);
        System.arraycopy(data, 0, content, position, data.length);
        changes.add(new Change(position, data, length));
    }

    void truncate(int to) {
        if (to < length) {
            Arrays.fill(content, to, length, (byte) 0);
            length = to;
            changes.add(new Change(to, new byte[0], to));
        }
    }

    /** All changes reach the disk. */
    void force() {
        for (Change change : changes) {
            durable = grown(durable, Math.max(durableLength, change.length()));
            if (change.data().length == 0) {
                Arrays.fill(durable, change.length(), durable.length, (byte) 0);
            } else {
                System.arraycopy(change.data(), 0, durable, change.position(), change.data().length);
            }
            durableLength = change.length();
        }
        changes.clear();
    }

    boolean isForced() {
        return changes.isEmpty();
    }

    /** Damage: the disk has other bytes from now on. */
    void overwrite(byte[] bytes) {
        content = bytes.clone();
        durable = bytes.clone();
        length = bytes.length;
        durableLength = length;
        changes.clear();
    }

    /**
     * What the disk has after a power failure. Each sector has the content that it had after some of the changes, the
     * length is one that the file had meanwhile, and none of this says anything about the rest.
     */
    byte[] afterCrash(Random random) {
        int luck = random.nextInt(4);
        if (changes.isEmpty() || luck == 0) {
            return Arrays.copyOf(durable, durableLength);
        }
        if (luck == 1) {
            return bytes();
        }
        int most = durableLength;
        TreeSet<Integer> touched = new TreeSet<>();
        for (Change change : changes) {
            most = Math.max(most, change.length());
        }
        for (Change change : changes) {
            int end = change.data().length == 0 ? most : change.position() + change.data().length;
            for (int sector = change.position() / SECTOR; sector * SECTOR < end; sector++) {
                touched.add(sector);
            }
        }
        byte[] left = Arrays.copyOf(Arrays.copyOf(durable, durableLength), most);
        for (int sector : touched) {
            int known = random.nextInt(changes.size() + 1);
            for (Change change : changes.subList(0, known)) {
                apply(change, left, sector * SECTOR, Math.min(most, (sector + 1) * SECTOR));
            }
        }
        int known = random.nextInt(changes.size() + 1);
        return Arrays.copyOf(
                left, known == 0 ? durableLength : changes.get(known - 1).length());
    }

    private static void apply(Change change, byte[] target, int from, int to) {
        if (change.data().length == 0) {
            Arrays.fill(target, Math.min(to, Math.max(from, change.length())), to, (byte) 0);
            return;
        }
        int begin = Math.max(from, change.position());
        int end = Math.min(to, change.position() + change.data().length);
        if (begin < end) {
            System.arraycopy(change.data(), begin - change.position(), target, begin, end - begin);
        }
    }

    private static byte[] grown(byte[] bytes, int size) {
        return size <= bytes.length ? bytes : Arrays.copyOf(bytes, Math.max(size, bytes.length * 2));
    }
}
