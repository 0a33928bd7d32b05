package libp2p.scenarios.lossy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The names in a folder: as processes see them, and as the disk has them. The caller holds the lock of the disk. */
final class FolderNode extends DiskNode {
    /**
     * A change of names, which the disk makes whole or not at all.
     *
     * @param name that is given or taken
     * @param node that has the name afterwards; null if the name is gone
     * @param before the name that the node had and loses, or null
     */
    private record Change(
            String name, @Nullable DiskNode node, @Nullable String before) {
        void apply(Map<String, DiskNode> names) {
            if (node == null) {
                names.remove(name);
            } else if (before == null || names.remove(before, node)) {
                names.put(name, node);
            }
        }
    }

    private final Map<String, DiskNode> names = new TreeMap<>();
    private final Map<String, DiskNode> durable = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();

    @Nullable
    DiskNode get(String name) {
        return names.get(name);
    }

    Map<String, DiskNode> names() {
        return names;
    }

    /** The names that the disk has for sure. */
    Map<String, DiskNode> durable() {
        return durable;
    }

    void link(String name, DiskNode node) {
        change(new Change(name, node, null));
    }

    void unlink(String name) {
        change(new Change(name, null, null));
    }

    void rename(String name, DiskNode node, String before) {
        change(new Change(name, node, before));
    }

    private void change(Change change) {
        change.apply(names);
        changes.add(change);
    }

    void force() {
        durable.clear();
        durable.putAll(names);
        changes.clear();
    }

    boolean isForced() {
        return changes.isEmpty();
    }

    /** The names that the disk has after a power failure: some of the changes were made, in order or not. */
    Map<String, DiskNode> afterCrash(Random random) {
        Map<String, DiskNode> left = new TreeMap<>(durable);
        int luck = random.nextInt(4);
        int prefix = luck == 1 ? changes.size() : random.nextInt(changes.size() + 1);
        for (int i = 0; i < changes.size(); i++) {
            boolean made = luck == 0 ? false : luck <= 2 ? i < prefix : random.nextBoolean();
            if (made) {
                changes.get(i).apply(left);
            }
        }
        return left;
    }
}
