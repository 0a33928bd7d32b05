package libp2p.http;

import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;

/** Bounds of an HTTP request or response head. */
public record HeadLimits(
        @Bound(
                value = "16KiB",
                least = "1KiB",
                most = "16MiB",
                unit = "bytes",
                is = "in the head of one HTTP request or answer; a longer one is refused with 431")
        int bytes,

        @Bound(
                value = "8KiB",
                least = "64",
                most = "16MiB",
                unit = "bytes",
                is = "in one line of an HTTP head; a longer one is refused with 431")
        int lineBytes,

        @Bound(
                value = "100",
                least = "5",
                most = "100000",
                unit = "header fields",
                is = "in the head of one HTTP request or answer; one with more is refused with 431")
        int fields) {
    /** The defaults. */
    public static final HeadLimits DEFAULT = Bounds.defaults(HeadLimits.class);

    public HeadLimits {
        Bounds.check(HeadLimits.class, bytes, lineBytes, fields);
    }
}
