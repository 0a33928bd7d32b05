package libp2p.quic.simulation;

import java.util.SplittableRandom;

/**
 * The behaviour of a network towards datagrams.
 *
 * @param delay one way, in nanoseconds
 * @param jitter more of it at most, which reorders
 * @param loss share that is lost
 * @param duplicates share that comes twice
 * @param damage share of which a byte is changed
 * @param mtu larger ones are lost
 * @param bytesPerSecond of the link; more wait, up to a queue of 100 ms
 */
record Weather(long delay, long jitter, double loss, double duplicates, double damage, int mtu, long bytesPerSecond) {
    static final Weather FAIR = new Weather(5_000_000, 0, 0, 0, 0, 1500, 100_000_000);

    static Weather random(SplittableRandom random) {
        boolean lossy = random.nextInt(3) > 0;
        return new Weather(
                1_000_000L * random.nextInt(1, 60),
                random.nextBoolean() ? 0 : 1_000_000L * random.nextInt(1, 30),
                lossy ? random.nextDouble(0.12) : 0,
                random.nextBoolean() ? 0 : random.nextDouble(0.1),
                random.nextInt(3) > 0 ? 0 : random.nextDouble(0.05),
                random.nextBoolean() ? 1500 : random.nextInt(1200, 1500),
                random.nextBoolean() ? 100_000_000 : random.nextLong(200_000, 5_000_000));
    }

    Weather withLoss(double value) {
        return new Weather(delay, jitter, value, duplicates, damage, mtu, bytesPerSecond);
    }

    Weather withMtu(int value) {
        return new Weather(delay, jitter, loss, duplicates, damage, value, bytesPerSecond);
    }

    Weather withDelay(long nanos) {
        return new Weather(nanos, jitter, loss, duplicates, damage, mtu, bytesPerSecond);
    }
}
