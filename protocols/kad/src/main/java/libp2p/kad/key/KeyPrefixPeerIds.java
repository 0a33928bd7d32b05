package libp2p.kad.key;

import java.util.random.RandomGenerator;
import libp2p.core.identity.PeerId;

/**
 * Peer ids that belong to no host and whose keys begin as wanted: a request names what it looks for, and the other side
 * hashes the name, so a place in the keyspace can be asked for only by a name that hashes to it. They are found by
 * trying, 2ⁿ hashes for n bits.
 */
public final class KeyPrefixPeerIds {
    /** Bits that are searched for at most: 65,536 hashes, about 15 ms. */
    public static final int MOST_BITS = 16;

    private static final int DIGEST = 32;
    private static final int TRIES_PER_NAME = 32;

    private KeyPrefixPeerIds() {}

    /**
     * A name whose key shares the first bits with a key.
     *
     * @param bits how many; more than {@link #MOST_BITS} count as so many
     * @param random where names come from
     */
    public static PeerId near(Key wanted, int bits, RandomGenerator random) {
        int enough = Math.min(bits, MOST_BITS);
        byte[] name = new byte[2 + DIGEST];
        long tries = (long) TRIES_PER_NAME << enough;
        byte[] best = name;
        int most = -1;
        for (long i = 0; i < tries && most < enough; i++) {
            random.nextBytes(name);
            name[0] = 0x12; // SHA2-256
            name[1] = DIGEST;
            int shared = Key.of(name).commonPrefix(wanted);
            if (shared > most) {
                most = shared;
                best = name.clone();
            }
        }
        return PeerId.fromBytes(best); // that no try succeeds has the probability e⁻³²
    }
}
