package libp2p.scenarios.lossy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory. What processes change reaches it when they force it: the content and the length of a file by the
 * file, names by their folder; closing forces nothing. A power failure makes another disk, with what was forced and a
 * part of the rest that a seed chooses. Thread-safe.
 */
public final class LossyDisk {
    /** Is told before the disk changes, and may fail the change. */
    @FunctionalInterface
    public interface Steps {
        /**
         * The disk is about to change.
         *
         * @param operation write, truncate, force, create, delete, rename, link, folder or names
         * @param path of the file or folder
         * @throws IOException if the change is to fail
         */
        void before(String operation, String path) throws IOException;
    }

    private final FolderNode root;
    private Steps steps = (operation, path) -> {};
    private long capacity = Long.MAX_VALUE;
    private boolean journal;
    private boolean off;

    /** An empty disk. */
    public LossyDisk() {
        this(new FolderNode());
    }

    private LossyDisk(FolderNode root) {
        this.root = root;
    }

    FolderNode root() {
        return root;
    }

    /** Is told of every change from now on. */
    public void steps(Steps value) {
        steps = value;
    }

    /** Whatever is forced, all names are forced with it, as by a journal of names that is written in order. */
    public void journal(boolean value) {
        journal = value;
    }

    synchronized void force(DiskNode node) {
        switch (node) {
            case FileNode file -> file.force();
            case FolderNode folder -> folder.force();
        }
        if (journal) {
            forceNames(root);
        }
    }

    private static void forceNames(FolderNode folder) {
        folder.force();
        for (DiskNode node : folder.names().values()) {
            if (node instanceof FolderNode below) {
                forceNames(below);
            }
        }
    }

    /** The disk takes so many bytes of all files together from now on. */
    public void capacity(long bytes) {
        capacity = bytes;
    }

    /** Cuts the power: every later call of a process fails. */
    public synchronized void powerOff() {
        off = true;
    }

    /** Called without the lock of the disk, since the thread may never come back. */
    void step(String operation, String path) throws IOException {
        check();
        steps.before(operation, path);
        check();
    }

    synchronized void check() throws IOException {
        if (off) {
            throw new IOException("the power has failed");
        }
    }

    /** Bytes of all files together. */
    public synchronized long used() {
        return used(root);
    }

    private static long used(FolderNode folder) {
        long sum = 0;
        for (DiskNode node : folder.names().values()) {
            sum += switch (node) {
                case FileNode file -> file.length();
                case FolderNode below -> used(below);
            };
        }
        return sum;
    }

    /** Bytes that fit beside those that are here. */
    synchronized long free() {
        return capacity == Long.MAX_VALUE ? capacity : Math.max(0, capacity - used());
    }

    long capacity() {
        return capacity;
    }

    /** The power fails now: the disk as it is found when it is back. */
    public synchronized LossyDisk afterCrash(Random random) {
        return copyOf(random);
    }

    /** The disk as processes see it, all of it forced. */
    public synchronized LossyDisk copy() {
        return copyOf(null);
    }

    private LossyDisk copyOf(@Nullable Random crash) {
        LossyDisk made = new LossyDisk((FolderNode) copy(root, crash, new IdentityHashMap<>()));
        made.journal = journal;
        return made;
    }

    private static DiskNode copy(DiskNode node, @Nullable Random crash, Map<DiskNode, DiskNode> copies) {
        DiskNode known = copies.get(node);
        if (known != null) {
            return known;
        }
        DiskNode copy = switch (node) {
            case FileNode file -> new FileNode(crash == null ? file.bytes() : file.afterCrash(crash));
            case FolderNode folder -> {
                FolderNode made = new FolderNode();
                Map<String, DiskNode> names = crash == null ? folder.names() : folder.afterCrash(crash);
                names.forEach((name, below) -> made.link(name, copy(below, crash, copies)));
                made.force();
                yield made;
            }
        };
        copy.permissions(node.permissions());
        copies.put(node, copy);
        return copy;
    }

    /** Paths of all files, in order. */
    public synchronized List<String> files() {
        List<String> found = new ArrayList<>();
        list("", root, found);
        Collections.sort(found);
        return found;
    }

    private static void list(String path, FolderNode folder, List<String> found) {
        folder.names().forEach((name, node) -> {
            if (node instanceof FolderNode below) {
                list(path + "/" + name, below, found);
            } else {
                found.add(path + "/" + name);
            }
        });
    }

    /** The bytes of a file, or null if there is none. */
    public synchronized byte @Nullable [] bytes(String path) {
        return find(path) instanceof FileNode file ? file.bytes() : null;
    }

    /** Damage: a file that exists has other bytes, on the disk too. */
    public synchronized void overwrite(String path, byte[] bytes) {
        if (!(find(path) instanceof FileNode file)) {
            throw new IllegalArgumentException("no file " + path);
        }
        file.overwrite(bytes);
    }

    /** Damage: a name is gone, on the disk too. */
    public synchronized void lose(String path) {
        int slash = path.lastIndexOf('/');
        if (!(find(path.substring(0, slash)) instanceof FolderNode folder)) {
            throw new IllegalArgumentException("no folder of " + path);
        }
        folder.names().remove(path.substring(slash + 1));
        folder.durable().remove(path.substring(slash + 1));
    }

    /** Whether all of it is forced: nothing would be lost now. */
    public synchronized boolean isForced() {
        return isForced(root);
    }

    private static boolean isForced(FolderNode folder) {
        return folder.isForced()
                && folder.names().values().stream().allMatch(node -> switch (node) {
                    case FileNode file -> file.isForced();
                    case FolderNode below -> isForced(below);
                });
    }

    @Nullable
    DiskNode find(String path) {
        DiskNode at = root;
        for (String name : path.split("/")) {
            if (!name.isEmpty()) {
                at = at instanceof FolderNode folder ? folder.get(name) : null;
            }
        }
        return at;
    }
}
