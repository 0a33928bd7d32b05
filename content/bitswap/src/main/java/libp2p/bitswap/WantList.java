package libp2p.bitswap;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * The wants of one peer: those still to be looked up, best priority first, and those that were not here and may
 * come. A pure state machine, one thread at a time. Of too many wants those whose blocks are not here go first, then
 * those of least priority.
 */
final class WantList {
    private static final class Entry {
        final BitswapMessage.Want want;
        final long number;
        boolean waiting;

        Entry(BitswapMessage.Want want, long number) {
            this.want = want;
            this.number = number;
        }
    }

    private static final Comparator<Entry> ORDER = Comparator.<Entry>comparingInt(entry -> entry.want.priority())
            .reversed()
            .thenComparingLong(entry -> entry.number);

    private final int most;
    private final Map<Cid, Entry> entries = new HashMap<>();
    private final PriorityQueue<Entry> tasks = new PriorityQueue<>(ORDER);
    private long counter;
    private long dropped;

    WantList(int most) {
        this.most = most;
    }

    /** Takes the entries of a message. */
    void receive(boolean full, List<BitswapMessage.Want> wants) {
        if (full) {
            entries.clear();
            tasks.clear();
        }
        for (BitswapMessage.Want want : wants) {
            Entry old = entries.remove(want.cid());
            if (old != null) {
                tasks.remove(old);
            }
            boolean carriesItself = want.cid().hash().code() == Multicodec.IDENTITY;
            if (!want.cancel() && !carriesItself) {
                boolean block = want.block() || (old != null && old.want.block());
                boolean answer = want.sendDontHave() || (old != null && old.want.sendDontHave());
                add(new Entry(new BitswapMessage.Want(want.cid(), want.priority(), false, block, answer), counter++));
            }
        }
    }

    private void add(Entry entry) {
        if (entries.size() >= most && !makeRoom(entry)) {
            dropped++;
            return;
        }
        entries.put(entry.want.cid(), entry);
        tasks.add(entry);
    }

    private boolean makeRoom(Entry entry) {
        Entry worst = null;
        for (Entry one : entries.values()) {
            if (one.waiting) {
                worst = one;
                break;
            }
            if (worst == null || ORDER.compare(one, worst) > 0) {
                worst = one;
            }
        }
        if (worst == null || (!worst.waiting && worst.want.priority() >= entry.want.priority())) {
            return false;
        }
        entries.remove(worst.want.cid());
        tasks.remove(worst);
        dropped++;
        return true;
    }

    /** The next want to be looked up, or null. */
    BitswapMessage.@Nullable Want poll() {
        Entry entry = tasks.poll();
        return entry == null ? null : entry.want;
    }

    /** A want that was polled goes back to its place. */
    void putBack(BitswapMessage.Want want) {
        Entry entry = entries.get(want.cid());
        if (entry != null && entry.want.equals(want) && !tasks.contains(entry)) {
            tasks.add(entry);
        }
    }

    /** A polled want was answered with a block or with HAVE. */
    void answered(BitswapMessage.Want want) {
        Entry entry = entries.get(want.cid());
        if (entry != null && entry.want.equals(want)) {
            entries.remove(want.cid());
        }
    }

    /** The block of a polled want is not here: the want waits for it. */
    void absent(BitswapMessage.Want want) {
        Entry entry = entries.get(want.cid());
        if (entry != null) {
            entry.waiting = true;
        }
    }

    /** Blocks have come: the wants that wait for them are to be looked up again. */
    boolean arrived(Iterable<Multihash> hashes) {
        boolean any = false;
        List<Entry> waiting = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.waiting) {
                waiting.add(entry);
            }
        }
        if (waiting.isEmpty()) {
            return false;
        }
        for (Multihash hash : hashes) {
            for (Entry entry : waiting) {
                if (entry.waiting && entry.want.cid().hash().equals(hash)) {
                    entry.waiting = false;
                    tasks.add(entry);
                    any = true;
                }
            }
        }
        return any;
    }

    boolean hasTasks() {
        return !tasks.isEmpty();
    }

    int size() {
        return entries.size();
    }

    /** Wants that had no room. */
    long dropped() {
        return dropped;
    }

    void clear() {
        entries.clear();
        tasks.clear();
    }
}
