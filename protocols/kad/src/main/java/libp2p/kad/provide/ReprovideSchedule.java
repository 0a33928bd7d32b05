package libp2p.kad.provide;

import java.time.Duration;
import java.time.Instant;
import libp2p.kad.key.Key;

/**
 * When regions of the keyspace are announced again. Every region has its moment within the interval, by its distance
 * from the host, so that the work of a host is spread over the interval, and that of many hosts over the network.
 * Moments follow from the wall clock alone: they are the same after a restart.
 */
public final class ReprovideSchedule {
    private static final int LATE_SHARE = 22;

    private final Key self;
    private final long interval;

    /** @param interval from one announcement to the next */
    public ReprovideSchedule(Key self, Duration interval) {
        if (interval.toMillis() < LATE_SHARE) {
            throw new IllegalArgumentException("an interval of " + interval + " between announcements");
        }
        this.self = self;
        this.interval = interval.toMillis();
    }

    /**
     * The next moment of a region that is announced now: its last one that is not later than the interval and a 22nd of
     * it from now.
     *
     * @param place in the region
     * @param bits that the places of the region share
     */
    public Instant next(Key place, int bits, Instant now) {
        double regions = Math.scalb(1.0, Math.min(bits, 48));
        double region = Math.floor(self.distance(place) * regions) / regions;
        long offset = (long) (region * interval);
        long latest = now.toEpochMilli() + interval + interval / LATE_SHARE;
        return Instant.ofEpochMilli(offset + Math.floorDiv(latest - offset, interval) * interval);
    }
}
