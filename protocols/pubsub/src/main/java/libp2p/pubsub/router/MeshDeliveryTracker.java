package libp2p.pubsub.router;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.router.GossipParameters.Turnover;
import org.jspecify.annotations.Nullable;

/**
 * The share of the messages of one topic that each peer of its mesh has brought, first or as a copy, of all authors and
 * of each author that writes much. Peers are compared with the median of the mesh: an honest peer brings about as much
 * as the others, whatever the rate of the topic and however much IDONTWANT suppresses, and a peer that drops a part
 * falls behind. State without threads.
 */
final class MeshDeliveryTracker {
    /** Messages whose copies are still waited for. */
    private static final int MOST_OPEN = 2_048;
    /**
     * Share of the median below which a peer has fallen behind with the messages of one author. Near an author copies
     * are rare, so that only silence counts.
     */
    private static final double AUTHOR = 0.05;
    /** Authors with counters of their own; the least recent gives way. */
    private static final int MOST_AUTHORS = 128;
    /** No peer id is longer. */
    private static final int MOST_AUTHOR_BYTES = 64;
    /** Peers of a mesh that are watched. */
    private static final int MOST_PEERS = 64;

    /** A message and the mesh when it came. */
    static final class ExpectedDelivery {
        private final @Nullable Author author;
        private final long since;
        private final Peer[] members;
        private long brought;

        private ExpectedDelivery(@Nullable Author author, long since, Peer[] members) {
            this.author = author;
            this.since = since;
            this.members = members;
        }

        /** A peer has brought the message. */
        void by(PeerId peer) {
            for (int i = 0; i < members.length; i++) {
                if (members[i].id.equals(peer)) {
                    brought |= 1L << i;
                    return;
                }
            }
        }
    }

    /** Bytes that name an author, as a key. */
    private record Author(byte[] bytes) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Author author && Arrays.equals(bytes, author.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /** The messages that one peer owed and brought, of late. */
    private static final class Share {
        double owed;
        double brought;

        void add(boolean hasBrought, double most) {
            owed++;
            brought += hasBrought ? 1 : 0;
            if (owed > most) {
                brought *= most / owed;
                owed = most;
            }
        }

        double ratio() {
            return brought / owed;
        }

        /** Standard deviations by which this is less than a ratio lets expect. */
        double missing(double ratio) {
            return (ratio * owed - brought) / Math.sqrt(ratio * (1 - ratio) * owed + 0.25);
        }
    }

    private final Turnover turnover;
    private final Deque<ExpectedDelivery> open = new ArrayDeque<>();
    private final Map<Peer, Share> all = new LinkedHashMap<>();
    private final Map<Author, Map<Peer, Share>> authors = new LinkedHashMap<>(16, 0.75f, true);
    /** The mesh as of the last message, shared by the messages that came under the same one. */
    private Peer[] members = new Peer[0];

    MeshDeliveryTracker(Turnover turnover) {
        this.turnover = turnover;
    }

    /** A message is valid. */
    ExpectedDelivery message(
            byte @Nullable [] author, PeerId from, Set<Peer> mesh, Collection<PeerId> bringers, long now) {
        if (!same(mesh)) {
            members = mesh.stream().limit(MOST_PEERS).toArray(Peer[]::new);
        }
        // A neighbour of the author has its messages before all others, which then have nothing to bring.
        boolean counts = author != null && author.length <= MOST_AUTHOR_BYTES && !Arrays.equals(author, from.toBytes());
        Author of = author != null && counts ? new Author(author) : null;
        ExpectedDelivery owed = new ExpectedDelivery(of, now, members);
        bringers.forEach(owed::by);
        open.add(owed);
        if (open.size() > MOST_OPEN) {
            count(open.remove());
        }
        return owed;
    }

    private boolean same(Set<Peer> mesh) {
        if (Math.min(MOST_PEERS, mesh.size()) != members.length) {
            return false;
        }
        int i = 0;
        for (Peer peer : mesh) {
            if (i == members.length) {
                return true;
            }
            if (members[i] != peer) {
                return false;
            }
            i++;
        }
        return true;
    }

    private void count(ExpectedDelivery owed) {
        add(all, owed);
        if (owed.author != null) {
            add(authors.computeIfAbsent(owed.author, key -> new LinkedHashMap<>()), owed);
            if (authors.size() > MOST_AUTHORS) {
                authors.remove(authors.keySet().iterator().next());
            }
        }
    }

    private void add(Map<Peer, Share> shares, ExpectedDelivery owed) {
        for (int i = 0; i < owed.members.length; i++) {
            shares.computeIfAbsent(owed.members[i], key -> new Share())
                    .add((owed.brought >>> i & 1) != 0, turnover.memory());
        }
    }

    /** The peers of a mesh that have fallen behind, worst first. */
    List<Peer> underperformers(Set<Peer> mesh, long now) {
        long settled = now - turnover.window().toNanos();
        while (!open.isEmpty() && open.getFirst().since - settled <= 0) {
            count(open.remove());
        }
        Map<Peer, Double> found = new LinkedHashMap<>();
        judge(all, mesh, turnover.share(), found);
        for (Map<Peer, Share> shares : authors.values()) {
            judge(shares, mesh, AUTHOR, found);
        }
        authors.values().removeIf(Map::isEmpty);
        List<Map.Entry<Peer, Double>> worst = new ArrayList<>(found.entrySet());
        worst.sort(Map.Entry.<Peer, Double>comparingByValue().reversed());
        return worst.stream().map(Map.Entry::getKey).toList();
    }

    private void judge(Map<Peer, Share> shares, Set<Peer> mesh, double ofMedian, Map<Peer, Double> found) {
        shares.keySet().retainAll(mesh);
        double[] ratios = shares.values().stream()
                .filter(share -> share.owed >= turnover.messages())
                .mapToDouble(Share::ratio)
                .sorted()
                .toArray();
        if (ratios.length < turnover.peers()) {
            return;
        }
        double median = ratios[ratios.length / 2];
        double quartile = ratios[ratios.length * 3 / 4];
        shares.forEach((peer, share) -> {
            if (share.owed >= turnover.messages()) {
                double behind = Math.max(
                        share.ratio() < ofMedian * median ? share.missing(median) : 0,
                        share.ratio() < Math.min(ofMedian, turnover.silence()) * quartile
                                ? share.missing(quartile)
                                : 0);
                if (behind > turnover.certainty()) {
                    found.merge(peer, behind, Math::max);
                }
            }
        });
    }
}
