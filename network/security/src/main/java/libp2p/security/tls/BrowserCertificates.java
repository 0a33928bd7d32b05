package libp2p.security.tls;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.identity.Identity;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of one host for browsers, one behind the other. Each is shown from an hour after the start of its
 * validity to an hour before its end, so that clocks may differ by an hour, and the next one is known all the while: an
 * address holds both hashes, and is good for as long as two certificates are shown. The moments of change follow from the
 * peer id, so that they survive a restart and differ from host to host. Thread-safe.
 */
public final class BrowserCertificates {
    private static final Duration SKEW = Duration.ofHours(1);
    /** From the start of one certificate to that of the next. */
    private static final long PERIOD =
            BrowserCertificate.VALIDITY.minus(SKEW.multipliedBy(2)).toSeconds();

    private static final int MINUTE = 60;

    private final Identity identity;
    private final long offset;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Shown shown;

    /**
     * The certificates at one moment.
     *
     * @param last was shown before
     * @param current is shown now
     * @param next will be shown afterwards
     */
    public record Shown(BrowserCertificate last, BrowserCertificate current, BrowserCertificate next) {
        /** When the next certificate is shown. */
        public Instant until() {
            return current.notAfter().minus(SKEW);
        }

        private boolean isAt(Instant now) {
            return !now.isBefore(current.notBefore().plus(SKEW)) && now.isBefore(until());
        }

        /** All three. */
        public List<BrowserCertificate> all() {
            return List.of(last, current, next);
        }
    }

    /** @param identity of the host */
    public BrowserCertificates(Identity identity) {
        this.identity = identity;
        byte[] id = identity.peerId().toBytes(); // whose last bytes are those of a key or a hash
        int spread = (id[id.length - 2] & 0xff) << Byte.SIZE | id[id.length - 1] & 0xff;
        offset = (long) spread * MINUTE % PERIOD;
    }

    /** The certificates at a moment of the wall clock; makes those that are not known yet, which takes milliseconds. */
    public Shown at(Instant now) {
        lock.lock();
        try {
            Shown before = shown;
            if (before != null && before.isAt(now)) {
                return before;
            }
            long second = now.minus(SKEW).getEpochSecond() - offset;
            long start = second - Math.floorMod(second, PERIOD) + offset;
            Shown after = new Shown(at(start - PERIOD), at(start), at(start + PERIOD));
            shown = after;
            return after;
        } finally {
            lock.unlock();
        }
    }

    private BrowserCertificate at(long start) {
        return BrowserCertificate.of(identity, Instant.ofEpochSecond(start));
    }
}
