package libp2p.delegated.pinning;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of pinning for others. */
@LimitGroup("pinning")
public record PinningLimits(
        @Bound(
                value = "10000",
                least = "1",
                most = "10000000",
                unit = "pin requests",
                is = "that a server keeps, and a client lists; the server refuses more")
        int requests,

        @Bound(
                value = "4",
                least = "1",
                most = "10000",
                unit = "DAGs",
                is = "that are fetched at a time to be pinned; further ones are queued")
        int atOnce,

        @Bound(
                value = "64KiB",
                least = "256",
                most = "16MiB",
                unit = "bytes",
                is = "in one request to the pinning server; a longer one is refused")
        int bodyBytes,

        @Bound(
                value = "4MiB",
                least = "256",
                most = "1GiB",
                unit = "bytes",
                is = "in one answer of a pinning service, beyond which the call fails")
        int answerBytes,

        @Bound(
                value = "20",
                least = "1",
                most = "20",
                unit = "addresses",
                is = "that are read as origins of one pin, and named as its delegates; further ones are left out")
        int origins,

        @Bound(
                value = "64",
                least = "1",
                most = "1000",
                unit = "entries",
                is = "in the metadata of one pin; a request with more is refused")
        int meta,

        @Bound(
                value = "10s",
                least = "1ms",
                most = "1d",
                is = "before pin requests are begun again that could not be noted on the disk")
        Duration retry) {
    /** 10,000 requests, 4 at once, 64 KiB, answers of 4 MiB, 20 origins, 64 entries, 10 seconds. */
    public static final PinningLimits DEFAULT = Bounds.defaults(PinningLimits.class);

    public PinningLimits {
        Bounds.check(PinningLimits.class, requests, atOnce, bodyBytes, answerBytes, origins, meta, retry);
    }

    /** With another pause after a failure of the disk. */
    public PinningLimits withRetry(Duration value) {
        return new PinningLimits(requests, atOnce, bodyBytes, answerBytes, origins, meta, value);
    }

    /** With another number of requests. */
    public PinningLimits withRequests(int value) {
        return new PinningLimits(value, atOnce, bodyBytes, answerBytes, origins, meta, retry);
    }
}
