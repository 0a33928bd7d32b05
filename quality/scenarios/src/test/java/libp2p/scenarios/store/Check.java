package libp2p.scenarios.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.blocks.Pins;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;

/** Compares a store, while no client is there, with what has to be in it. */
final class Check {
    private final OpenStore store;
    private final Ledger ledger;
    private final String when;

    Check(OpenStore store, Ledger ledger, String when) {
        this.store = store;
        this.ledger = ledger;
        this.when = when;
    }

    void all() throws IOException {
        store.awaitQuiet();
        ledger.quiet();
        blocks();
        pins();
        listing();
    }

    private void blocks() throws IOException {
        for (Map.Entry<Multihash, Block> each : Shelf.ALL.blocks().entrySet()) {
            Cid cid = each.getValue().cid();
            Deed needs = ledger.needs(each.getKey());
            Deed forbids = ledger.forbids(each.getKey());
            byte[] data;
            try {
                data = store.blocks().find(cid);
            } catch (IOException e) {
                if (needs != null) {
                    throw new AssertionError(when + ": " + cid + " cannot be read in spite of " + needs, e);
                }
                continue;
            }
            if (data == null && needs != null) {
                throw new AssertionError(when + ": " + cid + " is lost in spite of " + needs);
            }
            if (data != null && !Arrays.equals(data, each.getValue().data())) {
                throw new AssertionError(when + ": " + cid + " has other bytes");
            }
            if (data != null && forbids != null) {
                throw new AssertionError(when + ": " + cid + " is back in spite of " + forbids + "; before: "
                        + ledger.about(each.getKey()));
            }
            if (store.blocks().has(cid) != (data != null)) {
                awaitAgreement(cid);
            }
        }
    }

    /** A request to pin may have stored the block between two looks, or may have begun to. */
    private void awaitAgreement(Cid cid) throws IOException {
        store.awaitQuiet();
        boolean isHere = store.blocks().has(cid);
        if (isHere != (store.blocks().find(cid) != null)) {
            throw new AssertionError(when + ": " + cid + " is told to be " + (isHere ? "here" : "absent"));
        }
    }

    private void pins() throws IOException {
        List<Cid> listed = store.pins().list().stream().map(Pins.Pin::cid).toList();
        ledger.pinned().forEach((root, reason) -> {
            if (!listed.contains(root)) {
                throw new AssertionError(when + ": the pin of " + root + " is lost in spite of " + reason);
            }
        });
        Set<Cid> perhaps = ledger.perhapsPinned();
        for (Cid root : listed) {
            if (!perhaps.contains(root)) {
                throw new AssertionError(when + ": the pin of " + root + " is back");
            }
        }
    }

    private void listing() throws IOException {
        Set<Multihash> listed = new HashSet<>();
        store.blocks().forEach((hash, size) -> {
            Block block = Shelf.ALL.blocks().get(hash);
            if (block == null || block.size() != size || !listed.add(hash)) {
                throw new AssertionError(when + ": listed wrongly: " + hash + " with " + size + " bytes");
            }
        });
        for (Multihash hash : Shelf.ALL.blocks().keySet()) {
            Deed needs = ledger.needs(hash);
            if (needs != null && !listed.contains(hash)) {
                throw new AssertionError(when + ": not listed: " + hash + " in spite of " + needs);
            }
        }
    }
}
