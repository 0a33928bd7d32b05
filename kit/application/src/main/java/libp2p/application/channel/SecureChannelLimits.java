package libp2p.application.channel;

import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of a {@link SecureChannel}. */
@LimitGroup("secure-channel")
public record SecureChannelLimits(
        @Bound(
                value = "1MiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "of the plaintext of one message, sent or received")
        int messageBytes) {
    /** The defaults. */
    public static final SecureChannelLimits DEFAULT = Bounds.defaults(SecureChannelLimits.class);

    public SecureChannelLimits {
        Bounds.check(SecureChannelLimits.class, messageBytes);
    }
}
