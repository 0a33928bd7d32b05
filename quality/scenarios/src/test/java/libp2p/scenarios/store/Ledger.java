package libp2p.scenarios.store;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import libp2p.scenarios.store.Deed.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The plain map beside a store: what was asked for, when, and what the store has said; from which follows what has to
 * be there and what must not be. Deeds that overlap may take effect in any order. Used by one thread at a time.
 */
final class Ledger {
    private final List<Deed> deeds = new ArrayList<>();
    /** Since when a block may be lost because of damage. */
    private final Map<Multihash, Integer> damaged = new HashMap<>();
    /** Since when pins may be as they were before. */
    private int pinsDamaged = -1;

    private boolean pinsAccepted;
    private int lastDamage = -1;

    private int clock;

    Deed begin(Kind kind, @Nullable Way way, Set<Multihash> blocks, @Nullable Cid root, String owner) {
        Deed deed = new Deed(kind, way, blocks, root, owner, ++clock);
        deeds.add(deed);
        return deed;
    }

    void done(Deed deed) {
        deed.acknowledged = true;
        end(deed);
    }

    private void end(Deed deed) {
        deed.end = ++clock;
        if (!deed.fetches()) {
            deed.released = clock;
        }
    }

    /** Nothing is under way but requests that clients do not wait for any more: fetchers have given up what they held. */
    void quiet() {
        clock++;
        for (Deed deed : deeds) {
            if (deed.end != Deed.NEVER && deed.released == Deed.NEVER) {
                deed.released = clock;
            }
        }
    }

    /** It may have been done in part. */
    void failed(Deed deed) {
        end(deed);
    }

    /** Nothing goes on: what was under way has been done or not, but requests to the pin service go on later. */
    void crash() {
        clock++;
        for (Deed deed : deeds) {
            if (deed.end == Deed.NEVER && deed.way != Way.PIN_SERVICE) {
                deed.end = clock;
            }
        }
        quiet();
    }

    /** Files were damaged while nothing was under way. */
    void damage(Damage damage) {
        clock++;
        lastDamage = clock;
        damage.blocks().forEach(hash -> damaged.put(hash, clock));
        if (damage.isOfPins()) {
            pinsDamaged = clock;
        }
    }

    boolean arePinsDamaged() {
        return pinsDamaged >= 0;
    }

    /** The owner takes the pins that are there for all that there should be. */
    void acceptPins() {
        pinsAccepted = true;
    }

    boolean arePinsAccepted() {
        return pinsAccepted;
    }

    /** Blocks that would have to be here but for the damage. */
    Set<Multihash> needsDamaged() {
        Set<Multihash> found = new HashSet<>();
        for (Multihash hash : Set.copyOf(damaged.keySet())) {
            int since = damaged.remove(hash);
            if (needs(hash) != null) {
                found.add(hash);
            }
            damaged.put(hash, since);
        }
        return found;
    }

    /** The ways in that have been used. */
    Set<Way> ways() {
        Set<Way> used = EnumSet.noneOf(Way.class);
        for (Deed deed : deeds) {
            if (deed.way != null && deed.acknowledged) {
                used.add(deed.way);
            }
        }
        return used;
    }

    List<Deed> deeds() {
        return deeds;
    }

    /** What was done to a block, and the collections. */
    List<Deed> about(Multihash hash) {
        return deeds.stream()
                .filter(deed -> deed.kind == Kind.COLLECT || deed.blocks.contains(hash))
                .toList();
    }

    /** The deed because of which a block has to be here, or null if it need not be. */
    @Nullable
    Deed needs(Multihash hash) {
        for (Deed stored : deeds) {
            if (stored.acknowledged
                    && stored.stores(hash)
                    && damaged.getOrDefault(hash, -1) < stored.start
                    && !isDeletedSince(hash, stored)
                    && !isCollectedSince(stored)) {
                return stored;
            }
        }
        return null;
    }

    private boolean isDeletedSince(Multihash hash, Deed stored) {
        return deeds.stream()
                .anyMatch(deed -> deed.kind == Kind.DELETE && deed.end > stored.start && deed.blocks.contains(hash));
    }

    /** Whether a collection may have removed what a deed has stored. */
    private boolean isCollectedSince(Deed stored) {
        int since = stored.start;
        if (stored.kind == Kind.PIN) {
            int unpinned = Deed.NEVER;
            for (Deed deed : deeds) {
                if (deed.kind == Kind.UNPIN && deed.isOf(stored) && deed.end > stored.start) {
                    unpinned = Math.min(unpinned, deed.start);
                }
            }
            if (pinsDamaged > stored.start) {
                unpinned = Math.min(unpinned, pinsDamaged);
            }
            unpinned = Math.min(unpinned, lossOfInner(stored));
            if (unpinned == Deed.NEVER) {
                return false;
            }
            int from = unpinned;
            return deeds.stream().anyMatch(deed -> deed.kind == Kind.COLLECT && deed.end > from);
        }
        boolean mayHaveFound = stored.way == Way.FETCH; // what was here already when it began is not kept
        return deeds.stream()
                .anyMatch(deed -> deed.kind == Kind.COLLECT && (mayHaveFound ? deed.end > since : deed.start >= since));
    }

    /** When a block of a pin may have gone without which others are not found; {@link Deed#NEVER} if none. */
    private int lossOfInner(Deed pin) {
        int lost = Deed.NEVER;
        for (Multihash hash : pin.blocks) {
            if (!Shelf.ALL.isInner(hash)) {
                continue;
            }
            int damage = damaged.getOrDefault(hash, -1);
            lost = damage > pin.start ? Math.min(lost, damage) : lost;
            for (Deed deed : deeds) {
                if (deed.kind == Kind.DELETE && deed.end > pin.start && deed.blocks.contains(hash)) {
                    lost = Math.min(lost, deed.start);
                }
            }
        }
        return lost;
    }

    /** The removal because of which a block must not be here, or null if it may be. */
    @Nullable
    Deed forbids(Multihash hash) {
        for (Deed removal : deeds) {
            boolean removes =
                    removal.kind == Kind.COLLECT || removal.kind == Kind.DELETE && removal.blocks.contains(hash);
            if (removes
                    && removal.acknowledged
                    && removal.start > lastDamage
                    && deeds.stream().noneMatch(deed -> mayUndo(deed, removal, hash))
                    && (removal.kind == Kind.DELETE || isUnpinned(hash, removal.start))) {
                return removal;
            }
        }
        return null;
    }

    private static boolean mayUndo(Deed deed, Deed removal, Multihash hash) {
        if (deed == removal) {
            return false;
        }
        boolean stores = deed.end > removal.start && deed.stores(hash);
        return stores || deed.holds() && deed.start < removal.end && deed.released > removal.start;
    }

    /** Whether no pin can have kept a block at a moment. */
    private boolean isUnpinned(Multihash hash, int moment) {
        return deeds.stream()
                .noneMatch(deed -> deed.kind == Kind.PIN
                        && deed.blocks.contains(hash)
                        && deed.start < moment
                        && !isEndedBefore(deed, moment));
    }

    private boolean isEndedBefore(Deed pin, int moment) {
        return deeds.stream()
                .anyMatch(deed -> deed.kind == Kind.UNPIN
                        && deed.acknowledged
                        && deed.isOf(pin)
                        && deed.start > pinsDamaged // older pins may know nothing of it
                        && deed.start > pin.end
                        && deed.end < moment);
    }

    /** Roots that have to be pinned, each with a reason. */
    Map<Cid, Deed> pinned() {
        return pinned(pinsDamaged);
    }

    /** The same as if the pins had not been damaged. */
    Map<Cid, Deed> pinnedBeforeDamage() {
        return pinned(-1);
    }

    private Map<Cid, Deed> pinned(int damage) {
        Map<Cid, Deed> found = new HashMap<>();
        for (Deed pin : deeds) {
            if (pin.root != null
                    && pin.kind == Kind.PIN
                    && pin.acknowledged
                    && damage < pin.start
                    && deeds.stream()
                            .noneMatch(deed -> deed.kind == Kind.UNPIN && deed.isOf(pin) && deed.end > pin.start)) {
                found.put(pin.root, pin);
            }
        }
        return found;
    }

    /** Roots that may be pinned. */
    Set<Cid> perhapsPinned() {
        Set<Cid> found = new HashSet<>();
        for (Deed pin : deeds) {
            if (pin.root != null && pin.kind == Kind.PIN && (arePinsDamaged() || !isEndedBefore(pin, Deed.NEVER))) {
                found.add(pin.root);
            }
        }
        return found;
    }
}
