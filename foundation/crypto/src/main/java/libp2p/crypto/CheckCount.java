package libp2p.crypto;

import java.util.concurrent.atomic.AtomicLong;

/** Counts checks of signatures up to a number, and tells of it. Thread-safe; costs nothing once the number is reached. */
final class CheckCount {
    private static final Runnable NOTHING = () -> {};

    private final AtomicLong left;
    private volatile Runnable many = NOTHING;

    CheckCount(long number) {
        left = new AtomicLong(number);
    }

    /** Another check was made; the last that counts runs the action. */
    void made() {
        if (left.get() > 0 && left.decrementAndGet() == 0) {
            many.run();
        }
    }

    /** The action, which runs at once if the number is reached already, and may then run twice. */
    void whenReached(Runnable action) {
        many = action;
        if (left.get() <= 0) {
            action.run();
        }
    }
}
