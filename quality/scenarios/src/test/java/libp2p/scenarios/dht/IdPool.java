package libp2p.scenarios.dht;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;

/**
 * The ids that an attacker has made, in the order of their places, which are the true ones: those of the digests of the ids.
 */
final class IdPool {
    /** So many bits of a place and the number of the id are one value. */
    private static final int NUMBER_BITS = 20;

    private static final long NUMBERS = (1L << NUMBER_BITS) - 1;
    static final int MOST = 1 << NUMBER_BITS;

    private final long seed;
    private final long[] places;

    /** @param count of ids, at most a million and some */
    IdPool(long seed, int count) {
        this.seed = seed;
        this.places = new long[count];
        for (int i = 0; i < count; i++) {
            // unsigned order by a turned sign
            places[i] = (prefix(Key.of(id(i))) & ~NUMBERS | i) ^ Long.MIN_VALUE;
        }
        Arrays.sort(places);
    }

    int size() {
        return places.length;
    }

    /** The id with a number. */
    PeerId id(int number) {
        byte[] id = new byte[34];
        SplittableRandom random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + number);
        for (int at = 2; at < id.length; at += 8) {
            ByteBuffer.wrap(id).putLong(at, random.nextLong());
        }
        id[0] = 0x12;
        id[1] = 32;
        return PeerId.fromBytes(id);
    }

    private static long prefix(Key key) {
        return ByteBuffer.wrap(key.toBytes()).getLong();
    }

    /** The numbers of the ids that share so many bits with a place. */
    List<Integer> sharing(Key place, int bits) {
        long mask = bits == 0 ? 0 : -1L << 64 - bits;
        long low = (prefix(place) & mask) ^ Long.MIN_VALUE;
        long high = (prefix(place) | ~mask) ^ Long.MIN_VALUE;
        int from = Arrays.binarySearch(places, low);
        List<Integer> numbers = new ArrayList<>();
        for (int at = from < 0 ? -from - 1 : from; at < places.length && places[at] <= high; at++) {
            numbers.add((int) (places[at] & NUMBERS));
        }
        return numbers;
    }

    /** The numbers of the ids closest to a place, closest first. */
    List<Integer> closest(Key place, int count) {
        int bits = 64 - NUMBER_BITS;
        List<Integer> near = sharing(place, bits);
        while (near.size() < count && bits > 0) {
            near = sharing(place, --bits);
        }
        return near.stream()
                .sorted(Comparator.comparing((Integer number) -> Key.of(id(number)), place::compareDistances))
                .limit(count)
                .toList();
    }
}
