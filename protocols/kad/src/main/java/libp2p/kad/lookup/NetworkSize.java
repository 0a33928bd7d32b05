package libp2p.kad.lookup;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.kad.key.Key;

/**
 * Number of servers, judged by how close the closest are to places that could not be chosen: of N peers spread
 * evenly the number i is at i / (N + 1) of the keyspace on average. The median of the last lookups counts, so that a
 * few places where an attacker has put its own peers do not matter. Thread-safe.
 */
public final class NetworkSize {
    private static final int SAMPLES = 15;
    private static final int ENOUGH = 3;
    private static final int SMALLEST = 8;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Double> samples = new ArrayDeque<>();

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

    /** About how many servers there are; 0 if that is not known. */
    public double estimate() {
        lock.lock();
        try {
            if (samples.size() < ENOUGH) {
                return 0;
            }
            double[] sorted =
                    samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
                    .average()
                    .orElse(0);
        } finally {
            lock.unlock();
        }
    }
}
