package libp2p.kad.lookup;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;
import libp2p.kad.key.Key;

/**
 * Number of servers, judged by how close the closest are to places that no peer could choose: of N peers spread
 * evenly the number i is at i / (N + 1) of the keyspace on average. The median of the last lookups counts, so that a
 * few places where a stranger has put peers of its own do not matter. It is never more than twice what the routing table
 * tells, which takes few peers of one IP group. Thread-safe.
 */
public final class NetworkSize {
    private static final int SAMPLES = 15;
    private static final int ENOUGH = 3;
    private static final int SMALLEST = 8;
    private static final double MOST_OF_TABLE = 2;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Double> samples = new ArrayDeque<>();
    /** By the routing table; 0 if that tells nothing. */
    private double table;

    /**
     * Takes the outcome of a lookup for a random place.
     *
     * @param closest peers, closest first; too few say nothing
     */
    public void add(Key target, List<Contact> closest) {
        if (closest.size() < SMALLEST) {
            return;
        }
        double sum = 0;
        for (int i = 0; i < closest.size(); i++) {
            sum += target.distance(closest.get(i).key()) / (i + 1);
        }
        double size = Math.max(closest.size(), closest.size() / sum - 1);
        lock.lock();
        try {
            samples.addLast(size);
            if (samples.size() > SAMPLES) {
                samples.removeFirst();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the depth of a routing table in which the peers next to this host have been looked up.
     *
     * @param peers in the table
     * @param sharing how many of them share exactly so many bits with this host
     * @param k peers of a bucket, beyond which the table knows not all
     */
    public void measure(int peers, IntUnaryOperator sharing, int k) {
        int shared = 0;
        int deeper = peers;
        while (deeper > 2 * k && shared < Key.BITS) {
            deeper -= sharing.applyAsInt(shared++);
        }
        addTable(shared, deeper);
    }

    /**
     * Takes the depth of a routing table in which the peers next to this host have been looked up.
     *
     * @param shared bits that peers share with this host
     * @param peers of the table that share so many or more, of which there are no others; too few say nothing
     */
    public void addTable(int shared, int peers) {
        lock.lock();
        try {
            table = peers < SMALLEST ? 0 : Math.scalb((double) peers, shared);
        } finally {
            lock.unlock();
        }
    }

    /** About how many servers there are; 0 if that is not known. */
    public double estimate() {
        lock.lock();
        try {
            if (samples.size() < ENOUGH) {
                return 0;
            }
            double[] sorted =
                    samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            double median = Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
                    .average()
                    .orElse(0);
            return table > 0 ? Math.min(median, MOST_OF_TABLE * table) : median;
        } finally {
            lock.unlock();
        }
    }
}
