package libp2p.kad.lookup;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One of the disjoint paths of a lookup: the peers that were named on it, of which some were asked by other paths. */
final class LookupPath {
    final TreeSet<LookupPeer> known;
    int underWay;
    int answers;

    private final int perGroup;

    /** @param perGroup peers of one IP group that count */
    LookupPath(TreeSet<LookupPeer> known, int perGroup) {
        this.known = known;
        this.perGroup = perGroup;
    }

    /**
     * The peer to ask next: the closest that is new, as long as it is among the closest of those that may live; before
     * the first answer that which is likely to bring the path forward soonest.
     *
     * @param most how many of the closest count
     */
    @Nullable
    LookupPeer next(int most, Nearness nearness) {
        LookupPeer best = null;
        int counted = 0;
        Diversity diversity = new Diversity(perGroup);
        for (LookupPeer entry : known) {
            if (isOwn(entry) && diversity.take(entry.group)) {
                if (entry.state == LookupPeer.State.NEW) {
                    if (answers > 0) {
                        return entry;
                    }
                    if (best == null || nearness.cost(entry.contact) < nearness.cost(best.contact)) {
                        best = entry;
                    }
                }
                if (++counted >= most) {
                    return best;
                }
            }
        }
        return best;
    }

    /** Whether the closest peers of this path that may live have all answered, so many of them or all there are. */
    boolean hasConverged(int beta) {
        int answered = 0;
        Diversity diversity = new Diversity(perGroup);
        for (LookupPeer entry : known) {
            if (!isOwn(entry) || !diversity.take(entry.group)) {
                continue;
            }
            if (entry.state != LookupPeer.State.ANSWERED) {
                return false;
            }
            if (++answered >= beta) {
                return true;
            }
        }
        return underWay == 0;
    }

    /** Whether an entry counts on this path: it may live, and no other path has asked it. */
    private boolean isOwn(LookupPeer entry) {
        return switch (entry.state) {
            case NEW -> true;
            case ASKED, ANSWERED -> entry.path == this;
            case FAILED, DISCREDITED -> false;
        };
    }

    /** The cost of asking a peer first: its latency, less the worth of its nearness to the target. */
    interface Nearness {
        long cost(Contact contact);
    }
}
