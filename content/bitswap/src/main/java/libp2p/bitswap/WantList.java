package libp2p.bitswap;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * The wants of one peer: those still to be looked up, best priority first, and those that were not here and may
 * come. A pure state machine, one thread at a time. Of too many wants those whose blocks are not here go first, then
 * those of least priority. No step looks at all wants: a peer sends thousands in one message, and each block that comes
 * is looked up for each peer.
 */
final class WantList {
    private record Entry(BitswapMessage.Want want, long number) {}

    private static final Comparator<Entry> ORDER = Comparator.<Entry>comparingInt(entry -> entry.want.priority())
            .reversed()
            .thenComparingLong(entry -> entry.number);

    private final Map<Cid, Entry> entries = new HashMap<>();
    private final TreeSet<Entry> tasks = new TreeSet<>(ORDER);
    /** Those whose blocks are not here, by hash, which many CIDs may have; those that have waited for longest first. */
    private final Map<Multihash, List<Entry>> waiting = new LinkedHashMap<>();

    private long counter;
    private long dropped;

    /** Takes the entries of a message while there is room for so many wants in all. */
    void receive(boolean full, List<BitswapMessage.Want> wants, int room) {
        if (full) {
            clear();
        }
        for (BitswapMessage.Want want : wants) {
            Entry old = entries.get(want.cid());
            if (old != null) {
                remove(old);
            }
            boolean carriesItself = want.cid().hash().code() == Multicodec.IDENTITY;
            if (!want.cancel() && !carriesItself) {
                boolean block = want.block() || (old != null && old.want.block());
                boolean answer = want.sendDontHave() || (old != null && old.want.sendDontHave());
                add(
                        new Entry(
                                new BitswapMessage.Want(want.cid(), want.priority(), false, block, answer), counter++),
                        room);
            }
        }
    }

    private void add(Entry entry, int room) {
        if (entries.size() >= room && !makeRoom(entry)) {
            dropped++;
            return;
        }
        entries.put(entry.want.cid(), entry);
        tasks.add(entry);
    }

    private boolean makeRoom(Entry entry) {
        if (!waiting.isEmpty()) {
            remove(waiting.values().iterator().next().getFirst());
        } else if (!tasks.isEmpty() && tasks.last().want.priority() < entry.want.priority()) {
            remove(tasks.last());
        } else {
            return false;
        }
        dropped++;
        return true;
    }

    private void remove(Entry entry) {
        entries.remove(entry.want.cid());
        tasks.remove(entry);
        waiting.computeIfPresent(entry.want.cid().hash(), (hash, there) -> {
            List<Entry> left = there.stream().filter(one -> one != entry).toList();
            return left.isEmpty() ? null : left;
        });
    }

    /** The next want to be looked up, or null. */
    BitswapMessage.@Nullable Want poll() {
        Entry entry = tasks.pollFirst();
        return entry == null ? null : entry.want;
    }

    /** A want that was polled goes back to its place. */
    void putBack(BitswapMessage.Want want) {
        Entry entry = entries.get(want.cid());
        if (entry != null && entry.want.equals(want)) {
            tasks.add(entry);
        }
    }

    /** A polled want was answered with a block or with HAVE. */
    void answered(BitswapMessage.Want want) {
        Entry entry = entries.get(want.cid());
        if (entry != null && entry.want.equals(want)) {
            remove(entry);
        }
    }

    /** The block of a polled want is not here: the want waits for it. */
    void absent(BitswapMessage.Want want) {
        Entry entry = entries.get(want.cid());
        if (entry != null && !tasks.contains(entry)) { // else it came once more, and is looked up once more
            waiting.merge(
                    want.cid().hash(),
                    List.of(entry),
                    (there, added) -> there.contains(entry)
                            ? there
                            : Stream.concat(there.stream(), added.stream()).toList());
        }
    }

    /** Blocks have come: the wants that wait for them are to be looked up again. */
    boolean arrived(Iterable<Multihash> hashes) {
        boolean any = false;
        if (!waiting.isEmpty()) {
            for (Multihash hash : hashes) {
                List<Entry> here = waiting.remove(hash);
                any |= here != null && tasks.addAll(here);
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
        waiting.clear();
    }
}
