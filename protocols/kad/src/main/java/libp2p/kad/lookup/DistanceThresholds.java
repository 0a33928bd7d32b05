package libp2p.kad.lookup;

import libp2p.kad.key.Key;

/**
 * Largest distance from a key of one of its k closest peers, judged by the size of the network, so that it can be
 * told before the lookup has ended. Immutable.
 */
public final class DistanceThresholds {
    /** The probability with which a peer must be one of the k closest. */
    private static final double SURE = 0.9;

    private static final int STEPS = 60;

    private final double near;
    private final double all;

    /**
     * The closeness in a network.
     *
     * @param k peers that are to be told
     * @param size of the network
     */
    public DistanceThresholds(int k, double size) {
        if (k < 1 || size < k) {
            throw new IllegalArgumentException(k + " of " + size + " peers");
        }
        near = sure(k) / size;
        all = k / size;
    }

    /** Whether a peer is one of the k closest to a key in nine of ten cases or more. */
    public boolean isNear(Key target, Key peer) {
        return target.distance(peer) < near;
    }

    /** Whether a peer is as close as the k closest are on average, or closer. */
    public boolean isAmongAll(Key target, Key peer) {
        return target.distance(peer) < all;
    }

    /**
     * Within a distance there are as many others as chance puts there (Poisson): the expected number of them at which
     * fewer than k are there with the wanted probability.
     */
    private static double sure(int k) {
        double low = 0;
        double high = k;
        for (int i = 0; i < STEPS; i++) {
            double middle = (low + high) / 2;
            if (fewerThan(k, middle) >= SURE) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static double fewerThan(int k, double expected) {
        double term = Math.exp(-expected);
        double sum = 0;
        for (int i = 0; i < k; i++) {
            sum += term;
            term *= expected / (i + 1);
        }
        return sum;
    }
}
