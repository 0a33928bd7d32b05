package libp2p.kad.lookup;

import java.util.List;
import libp2p.kad.key.Key;

/**
 * The Sybil defence of lookups: whether the peers closest to a key are closer than chance puts them. Then an attacker
 * may have chosen ids to surround the key and hide what is stored there. The defence is to use all peers of a region that is as large as the k
 * closest honest peers need ({@link #regionBits}), found by lookups beside the key, which the liars next to it do not
 * control.
 */
public final class SybilDetector {
    /** In an honest network the k closest peers are seldom within this share of the distance that is expected. */
    private static final double SUSPICIOUS = 0.4;

    /** As {@link #SUSPICIOUS}, with one honest neighbourhood in millions that is so close. */
    private static final double CERTAIN = 0.2;

    /** Parts of a region that are looked into; each is half as large as the one before. */
    private static final int PARTS = 8;

    private SybilDetector() {}

    /**
     * Judges the outcome of a lookup.
     *
     * @param closest the closest peers that answered, closest first
     * @param size of the network, 0 if it is not known
     */
    public static boolean isSuspected(Key target, List<Contact> closest, double size) {
        return isCloserThan(target, closest, size, SUSPICIOUS, SUSPICIOUS / 2);
    }

    /** As {@link #isSuspected}, but nearly never true of honest peers: for callers that judge very many keys. */
    public static boolean isCertain(Key target, List<Contact> closest, double size) {
        return isCloserThan(target, closest, size, CERTAIN, CERTAIN / 4);
    }

    private static boolean isCloserThan(
            Key target, List<Contact> closest, double size, double share, double shareOfHalf) {
        if (size < 4.0 * closest.size() || closest.isEmpty()) {
            return false;
        }
        double expected = closest.size() / size;
        double farthest = target.distance(closest.getLast().key());
        // Surrounded from inside: the half that is closest is much closer than the rest would have it.
        int half = Math.max(1, closest.size() / 2);
        double middle = target.distance(closest.get(half - 1).key());
        return farthest < share * expected || middle < shareOfHalf * half / size;
    }

    /** The longest prefix of the key within which k peers and more are expected. */
    public static int regionBits(double size, int k) {
        return Math.max(0, (int) Math.floor(Math.log(size / k) / Math.log(2)) - 1);
    }

    /** The places to look at: one in each part of the region that ever fewer bits set apart from the key. */
    public static List<Key> regionKeys(Key target, int regionBits) {
        return java.util.stream.IntStream.range(regionBits, Math.min(regionBits + PARTS, Key.BITS))
                .mapToObj(target::flip)
                .toList();
    }
}
