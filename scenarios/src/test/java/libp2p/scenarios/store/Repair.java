package libp2p.scenarios.store;

import java.io.IOException;
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

    private final Opening opening;
    private final LossyDisk disk;
    private final Ledger ledger;
    private final Told told;
    private final Damage damage;
    private final String known;
    private final Set<String> unknown = new HashSet<>();

    /** @param known the last file of the log of which the index knows something for sure */
    Repair(Opening opening, LossyDisk disk, Ledger ledger, Told told, Damage damage, String known) {
        this.known = known;
        this.opening = opening;
        this.disk = disk;
        this.ledger = ledger;
        this.told = told;
        this.damage = damage;
        damage.files().stream().filter(this::mayBeUnknown).forEach(unknown::add);
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
                if (!file.endsWith(".blocks") && disk.bytes(file) != null && told.mentions(file)) {
                    disk.lose(file);
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
     * Nothing is left that knew of the end of the log when it is gone before the index has taken it in, nor of what a file
     * had behind the point of the index when the log has gone on in others: a file may end anywhere since collections
     * begin another. Only pins tell what they lack.
     */
    private boolean mayBeUnknown(String file) {
        return damage.shortened().contains(file)
                && (file.compareTo(known) >= 0
                        || disk.files().stream()
                                        .filter(other -> other.endsWith(".blocks") && other.compareTo(file) > 0)
                                        .count()
                                <= 1);
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
