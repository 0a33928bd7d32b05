package libp2p.filecoin;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.core.host.Registration;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/** The deals of a provider, in memory and in its journal, within their bounds. Thread-safe; blocks for the journal. */
final class DealBook {
    private final DealJournal journal;
    private final FilecoinLimits limits;
    private final List<Consumer<ProviderDeal>> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UUID, ProviderDeal> deals = new LinkedHashMap<>();
    /** Deals that failed or are over, the oldest first; in {@link #deals} too. */
    private final SequencedSet<UUID> ended = new LinkedHashSet<>();

    /** The signed proposals of deals that go on or are kept. */
    private final Map<Cid, UUID> proposals = new HashMap<>();

    DealBook(DealJournal journal, FilecoinLimits limits) {
        this.journal = journal;
        this.limits = limits;
    }

    void load() throws IOException {
        for (ProviderDeal deal : journal.load(ProviderDeal::fromBytes, limits.deals() + limits.ended())) {
            deals.put(deal.id(), deal);
            if (deal.hasFailed()) {
                ended.add(deal.id());
            } else {
                proposals.put(deal.params().signed().cid(), deal.id());
            }
        }
    }

    @Nullable
    ProviderDeal get(UUID id) {
        lock.lock();
        try {
            return deals.get(id);
        } finally {
            lock.unlock();
        }
    }

    List<ProviderDeal> all() {
        lock.lock();
        try {
            return new ArrayList<>(deals.values());
        } finally {
            lock.unlock();
        }
    }

    /** Adds a deal that was accepted; gives the reason if there is no room, or it is known. */
    @Nullable
    String add(ProviderDeal deal) throws IOException {
        lock.lock();
        try {
            String refusal = refusal(deal);
            if (refusal == null) {
                journal.put(deal.id(), deal.toBytes());
                deals.put(deal.id(), deal);
                proposals.put(deal.params().signed().cid(), deal.id());
            }
            return refusal;
        } finally {
            lock.unlock();
        }
    }

    /** Why there is no room for a deal; null if there is. */
    @Nullable
    String refusal(ProviderDeal deal) {
        lock.lock();
        try {
            if (deals.containsKey(deal.id())) {
                return "there is a deal " + deal.id();
            }
            UUID known = proposals.get(deal.params().signed().cid());
            if (known != null) {
                return "the proposal is that of the deal " + known;
            }
            int count = 0;
            int ofPeer = 0;
            long bytes = deal.params().transfer().size();
            long bytesOfPeer = bytes;
            for (ProviderDeal other : deals.values()) {
                if (other.hasFailed() || ended.contains(other.id())) {
                    continue;
                }
                boolean same = other.peer().equals(deal.peer());
                count++;
                ofPeer += same ? 1 : 0;
                bytes += other.isStaged() ? other.params().transfer().size() : 0;
                bytesOfPeer +=
                        same && other.isStaged() ? other.params().transfer().size() : 0;
            }
            return room(count, ofPeer, bytes, bytesOfPeer);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable String room(int count, int ofPeer, long bytes, long bytesOfPeer) {
        if (count >= limits.deals() || ofPeer >= limits.dealsPerPeer()) {
            return "the provider has " + count + " deals of at most " + limits.deals() + ", " + ofPeer + " of at most "
                    + limits.dealsPerPeer() + " of this peer";
        }
        if (bytes > limits.stagedBytes() || bytesOfPeer > limits.stagedBytesPerPeer()) {
            return "the provider has no room for the CAR now: " + bytes + " bytes of at most " + limits.stagedBytes()
                    + ", " + bytesOfPeer + " of at most " + limits.stagedBytesPerPeer() + " of this peer";
        }
        return null;
    }

    /** The escrow that deals of a client need which the chain does not know yet, in attoFIL. */
    BigInteger pledged(FilecoinAddress client) {
        BigInteger all = BigInteger.ZERO;
        for (ProviderDeal deal : all()) {
            boolean pending = !deal.hasFailed() && deal.checkpoint().compareTo(Checkpoint.PUBLISHED) < 0;
            if (pending && deal.terms().client().equals(client)) {
                all = all.add(deal.terms().clientNeeds());
            }
        }
        return all;
    }

    /** The new state of a deal; durable when this returns. A deal that was dropped or has ended stays so. */
    void update(ProviderDeal deal) throws IOException {
        lock.lock();
        try {
            ProviderDeal before = deals.get(deal.id());
            if (before == null || before.hasFailed()) {
                return;
            }
            journal.put(deal.id(), deal.toBytes());
            deals.put(deal.id(), deal);
            if (deal.hasFailed()) {
                end(deal.id());
            }
        } finally {
            lock.unlock();
        }
        listeners.forEach(listener -> listener.accept(deal));
    }

    Registration onChange(Consumer<ProviderDeal> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** A deal is over: it is still told about for a time. */
    void over(UUID id) throws IOException {
        lock.lock();
        try {
            if (deals.containsKey(id) && !ended.contains(id)) {
                end(id);
            }
        } finally {
            lock.unlock();
        }
    }

    private void end(UUID id) throws IOException {
        ended.add(id);
        proposals.values().remove(id);
        while (ended.size() > limits.ended()) {
            UUID oldest = ended.removeFirst();
            deals.remove(oldest);
            journal.delete(oldest);
        }
    }
}
