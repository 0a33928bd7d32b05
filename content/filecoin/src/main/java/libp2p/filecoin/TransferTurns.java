package libp2p.filecoin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import libp2p.core.identity.PeerId;

/**
 * Gives deals their turn to fetch their CARs: so many at a time, and first the deal whose peer has the fewest turns now.
 * Waiting deals are bounded by the deals that there are. Thread-safe; calls what begins without its lock.
 */
final class TransferTurns {
    private record Waiting(UUID deal, PeerId peer) {}

    private final int most;
    private final BiConsumer<UUID, PeerId> begin;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Map<PeerId, Integer> running = new HashMap<>();
    private int count;

    TransferTurns(int most, BiConsumer<UUID, PeerId> begin) {
        this.most = most;
        this.begin = begin;
    }

    /** Has a deal begin now, or when its turn has come. */
    void enter(UUID deal, PeerId peer) {
        lock.lock();
        try {
            waiting.add(new Waiting(deal, peer));
        } finally {
            lock.unlock();
        }
        next();
    }

    /** A deal has ended before its turn. */
    void withdraw(UUID deal) {
        lock.lock();
        try {
            waiting.removeIf(one -> one.deal().equals(deal));
        } finally {
            lock.unlock();
        }
    }

    /** A deal that had its turn has ended it. */
    void leave(PeerId peer) {
        lock.lock();
        try {
            count--;
            running.compute(peer, (any, turns) -> turns == null || turns <= 1 ? null : turns - 1);
        } finally {
            lock.unlock();
        }
        next();
    }

    private void next() {
        while (true) {
            Waiting chosen = null;
            lock.lock();
            try {
                if (count < most) {
                    for (Waiting one : waiting) {
                        if (chosen == null || turns(one) < turns(chosen)) {
                            chosen = one;
                        }
                    }
                }
                if (chosen == null) {
                    return;
                }
                waiting.remove(chosen);
                count++;
                running.merge(chosen.peer(), 1, Integer::sum);
            } finally {
                lock.unlock();
            }
            begin.accept(chosen.deal(), chosen.peer());
        }
    }

    private int turns(Waiting one) {
        return running.getOrDefault(one.peer(), 0);
    }
}
