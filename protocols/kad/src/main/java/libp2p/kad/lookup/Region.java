package libp2p.kad.lookup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.kad.key.KeyPrefixPeerIds;

/**
 * The peers around a key whose closest peers are suspiciously close ({@link SybilDetector}), looked up from places beside it.
 * What is stored at them and asked of them is not for the peers next to the key to hide.
 */
public final class Region {
    /** Looks up the peers closest to names, all at the same time; blocks. */
    @FunctionalInterface
    public interface Search {
        /** The closest peers that have answered, for each name. */
        List<List<Contact>> closest(List<byte[]> names) throws IOException;
    }

    private Region() {}

    /**
     * The peers of the region beside the closest; none if these are as far away as chance puts them.
     *
     * @param closest the closest peers that answered, closest first
     * @param size of the network, 0 if it is not known
     * @param k peers and more that the region has
     * @param isCertain whether the closest have to be so close that no honest ones are, see {@link SybilDetector#isCertain}
     */
    public static List<Contact> around(
            Key target,
            List<Contact> closest,
            double size,
            int k,
            boolean isCertain,
            RandomGenerator random,
            Search search)
            throws IOException {
        boolean suspected = isCertain
                ? SybilDetector.isCertain(target, closest, size)
                : SybilDetector.isSuspected(target, closest, size);
        if (!suspected) {
            return List.of();
        }
        List<byte[]> names = new ArrayList<>();
        for (Key place : SybilDetector.regionKeys(target, SybilDetector.regionBits(size, k))) {
            names.add(KeyPrefixPeerIds.near(place, KeyPrefixPeerIds.MOST_BITS, random)
                    .toBytes());
        }
        Map<PeerId, Contact> region = new LinkedHashMap<>();
        for (List<Contact> part : search.closest(names)) {
            part.forEach(contact -> region.put(contact.id(), contact));
        }
        closest.forEach(contact -> region.remove(contact.id()));
        return new ArrayList<>(region.values());
    }
}
