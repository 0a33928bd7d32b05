package libp2p.protocols.files;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the protocol. */
@LimitGroup("file-share")
public record FileShareLimits(
        @Bound(
                value = "16GiB",
                least = "0",
                most = "unlimited",
                unit = "bytes",
                is = "of one file that is taken from a peer; a longer one is refused, 0 takes only empty files")
        long fileBytes,

        @Bound(
                value = "1m",
                least = "1ms",
                most = "7d",
                is = "how long a transfer may stand still before it is given up")
        Duration idle) {
    /** The defaults. */
    public static final FileShareLimits DEFAULT = Bounds.defaults(FileShareLimits.class);

    public FileShareLimits {
        Bounds.check(FileShareLimits.class, fileBytes, idle);
    }
}
