package libp2p.application.event;

import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of an application that is driven by events. */
@LimitGroup("application")
public record EventDrivenLimits(
        @Bound(
                value = "1024",
                least = "1",
                most = "1000000",
                unit = "events",
                is = "that one handler may be behind before its oldest messages and errors are dropped")
        int handlerEvents,

        @Bound(
                value = "4MiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "of messages that one handler may be behind; one message may be as long as its topic allows")
        int handlerBytes) {
    /** The defaults. */
    public static final EventDrivenLimits DEFAULT = Bounds.defaults(EventDrivenLimits.class);

    public EventDrivenLimits {
        Bounds.check(EventDrivenLimits.class, handlerEvents, handlerBytes);
    }
}
