package libp2p.scenarios.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import libp2p.blocks.Pins;
import libp2p.ipfs.Verification;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import libp2p.scenarios.lossy.LossyDisk;

/** What the owner of a damaged store sees and does: only what is damaged is lost, each is told, and is healed. */
final class Repair {
    /** Opens the store. */
    @FunctionalInterface
    interface Opening {
        OpenStore open() throws IOException;
    }

    /** Bytes of what a file of the log begins with. */
    private static final int END = 28;

    private static final String MARK = "/content/blocks/forced";
    private static final int MARK_BYTES = 20;

    private final Opening opening;
    private final LossyDisk disk;
    private final Ledger ledger;
    private final Told told;
    private final Damage damage;
    private final Set<String> unknown;
    /** Files that their owner has taken away. */
    private final Set<String> taken = new HashSet<>();

    /**
     * Sees the damage for the first time, or again after a power failure.
     *
     * @param hasLostPower whether what the disk was not told to force may be as it was before
     * @param unknown files of which that may have forgotten the end, which nothing can miss from then on; some are added
     */
    Repair(
            Opening opening,
            LossyDisk disk,
            Ledger ledger,
            Told told,
            Damage damage,
            boolean hasLostPower,
            Set<String> unknown) {
        this.unknown = unknown;
        this.opening = opening;
        this.disk = disk;
        this.ledger = ledger;
        this.told = told;
        this.damage = damage;
        if (hasLostPower || damage.files().contains(MARK)) {
            damage.files().stream().filter(this::mayBeUnknown).forEach(unknown::add);
        }
    }

    /**
     * Returns the store as it is after that.
     *
     * @param random chooses how lost blocks are healed
     * @param healed hears of each
     */
    OpenStore run(Random random, Consumer<Healer> healed) throws IOException {
        OpenStore store = open();
        new Check(store, ledger, "after damage to " + damage.files()).all();
        Set<Multihash> lost = lost(store);
        for (Multihash hash : lost) {
            requireTold(hash);
        }
        requireLacks(store, lost);
        pins(store);
        heal(store, lost, random, healed);
        return store;
    }

    /** A file that is no log and cannot be used is named; then its owner takes it away. */
    private OpenStore open() throws IOException {
        try {
            return usable(opening.open());
        } catch (IOException e) {
            told.add(e);
            for (String file : damage.files()) {
                boolean isThere = disk.bytes(file) != null && !taken.contains(file);
                if (!file.endsWith(".blocks") && isThere && told.mentions(file)) {
                    disk.lose(file);
                    taken.add(file);
                    return open();
                }
            }
            throw new AssertionError("the store cannot be opened after damage to " + damage.files(), e);
        }
    }

    /** Records of another kind may be found to be none of pins when the pins are read. */
    private static OpenStore usable(OpenStore store) throws IOException {
        boolean isUsable = false;
        try {
            store.pins().list();
            isUsable = true;
            return store;
        } finally {
            if (!isUsable) {
                store.close();
            }
        }
    }

    /** Damaged blocks that would be needed and are not here. */
    private Set<Multihash> lost(OpenStore store) {
        Set<Multihash> lost = new HashSet<>();
        for (Multihash hash : ledger.needsDamaged()) {
            try {
                if (store.blocks().find(Shelf.ALL.blocks().get(hash).cid()) == null) {
                    lost.add(hash);
                }
            } catch (IOException e) {
                told.add(e);
                lost.add(hash);
            }
        }
        return lost;
    }

    private static String name(String file) {
        return file.substring(file.lastIndexOf('/') + 1);
    }

    /**
     * The end of the last file of the log is known to the index, as far as that has taken it in, and to a mark that is
     * written after each force, and not forced itself: that would cost each write a second force. A failure of the
     * power may leave an earlier mark, or none, and what stood behind it is missed by nothing then. Of another file the
     * end is known to the next one, unless nothing of that was forced.
     */
    private boolean mayBeUnknown(String file) {
        return file.endsWith(".blocks")
                && damage.shortened().contains(file)
                && disk.files().stream()
                        .filter(other -> other.endsWith(".blocks") && other.compareTo(file) > 0)
                        .allMatch(other -> disk.bytes(other).length < END)
                && !isMarked(file);
    }

    /** Whether the mark of what was forced is behind what is left of a file. */
    private boolean isMarked(String file) {
        byte[] mark = disk.bytes(MARK);
        if (mark == null || mark.length != MARK_BYTES) {
            return false;
        }
        int number = Integer.parseInt(name(file).substring(0, name(file).indexOf('.')));
        byte[] left = disk.bytes(file);
        ByteBuffer in = ByteBuffer.wrap(mark);
        return in.getInt() == number && in.getLong() > (left == null ? 0 : left.length);
    }

    private void requireTold(Multihash hash) {
        boolean named = told.mentions(hash.toString())
                || damage.files().stream().anyMatch(file -> told.mentions(name(file)) || unknown.contains(file));
        if (!named) {
            throw new AssertionError(hash + " is lost after damage to " + damage.files() + " of " + disk.files()
                    + ", and nothing says so: " + told);
        }
    }

    /** A pin that is not whole is told by its CID. */
    private void requireLacks(OpenStore store, Set<Multihash> lost) throws IOException {
        Set<Cid> broken = store.brokenPins();
        Set<Cid> listed = new HashSet<>();
        for (Pins.Pin pin : store.pins().list()) {
            if (pin.kind() == Pins.Kind.RECURSIVE) {
                listed.add(pin.cid());
            }
        }
        for (Shelf.Item item : Shelf.ALL.items()) {
            boolean lacks = item.blocks().stream().anyMatch(lost::contains);
            if (lacks && listed.contains(item.root()) && !broken.contains(item.root())) {
                throw new AssertionError("the pin of " + item.root() + " is not whole, and nothing says so");
            }
        }
    }

    /** Pins that are lost are missed: nothing is collected until their owner has looked. */
    private void pins(OpenStore store) throws IOException {
        Set<Cid> listed = new HashSet<>();
        store.pins().list().forEach(pin -> listed.add(pin.cid()));
        Map<Cid, Deed> missing = ledger.pinnedBeforeDamage();
        missing.keySet().removeAll(listed);
        if (!missing.isEmpty() && !ledger.arePinsAccepted()) {
            boolean refused = false;
            try {
                store.collect();
            } catch (IOException expected) {
                refused = true;
            }
            if (!refused) {
                throw new AssertionError(
                        "a collection ran without the pins " + missing.values() + " after damage to " + damage.files());
            }
        }
        if (store.pins().doubt() != null) {
            ledger.acceptPins();
            store.pins().accept();
        }
    }

    private void heal(OpenStore store, Set<Multihash> lost, Random random, Consumer<Healer> healed) throws IOException {
        if (random.nextInt(3) == 0) {
            List<Verification.Lack> lacks = store.heal(cid -> {
                if (lost.remove(cid.hash())) { // others were never all here, or have been deleted
                    healed.accept(Healer.VERIFICATION);
                }
                ledger.done(ledger.begin(Deed.Kind.STORE, Way.FETCH, Set.of(cid.hash()), null, ""));
            });
            if (!lacks.isEmpty()) {
                throw new AssertionError("pins lack in spite of a peer that has everything: " + lacks);
            }
        }
        for (Multihash hash : lost) {
            Block block = Shelf.ALL.blocks().get(hash);
            boolean fetches = random.nextBoolean();
            Deed deed = ledger.begin(Deed.Kind.STORE, fetches ? Way.FETCH : Way.PUT, Set.of(hash), null, "");
            if (fetches) {
                store.fetchBlock(block.cid());
            } else {
                store.blocks().put(block);
            }
            ledger.done(deed);
            healed.accept(fetches ? Healer.FETCH : Healer.PUT);
        }
    }
}
