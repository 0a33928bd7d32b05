package libp2p.streams;

import org.jspecify.annotations.Nullable;

/**
 * The order in which senders are served: control frames first, then the streams of high, normal and low priority, each
 * class in turn. A class that has been served {@link #BURST} times in a row lets one of a lower class pass, so that
 * nothing starves. A sender stands in each queue once. Guarded by the lock of the {@link SendQueue}.
 */
final class SendOrder {
    /** Number of times that one class is served in a row while a lower one waits. */
    static final int BURST = 16;

    private static final int CONTROL = 0;
    private static final int CLASSES = 4;

    private final Line[] lines = new Line[CLASSES];
    private boolean tookData;

    SendOrder() {
        for (int i = 0; i < CLASSES; i++) {
            lines[i] = new Line(i == CONTROL);
        }
    }

    /** The sender has control frames. */
    void addControl(Sender sender) {
        if (!sender.inControl) {
            sender.inControl = true;
            lines[CONTROL].add(sender);
        }
    }

    /** The sender has data; returns false if that is known already. */
    boolean addData(Sender sender) {
        if (sender.inData) {
            return false;
        }
        sender.inData = true;
        lines[1 + sender.priority.ordinal()].add(sender);
        return true;
    }

    /** Takes the sender whose turn it is, or null if there is none. */
    @Nullable
    Sender take() {
        int line = next();
        if (line < 0) {
            return null;
        }
        tookData = line != CONTROL;
        return lines[line].remove();
    }

    /** Whether the sender that was taken last may send data. */
    boolean tookData() {
        return tookData;
    }

    private int next() {
        int turn = -1;
        for (int i = 0; i < CLASSES; i++) {
            Line line = lines[i];
            if (line.isEmpty()) {
                line.served = 0;
                continue;
            }
            if (turn >= 0) {
                lines[turn].served = 0; // it lets this one pass
            }
            turn = i;
            if (line.served < BURST) {
                break;
            }
        }
        if (turn >= 0) {
            lines[turn].served = Math.min(BURST, lines[turn].served + 1);
        }
        return turn;
    }

    boolean isEmpty() {
        for (Line line : lines) {
            if (!line.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    void clear() {
        for (Line line : lines) {
            line.clear();
        }
    }

    /** A queue that is linked through its senders, so that it needs no memory. */
    private static final class Line {
        private final boolean control;
        private @Nullable Sender first;
        private @Nullable Sender last;
        private int served;

        Line(boolean control) {
            this.control = control;
        }

        boolean isEmpty() {
            return first == null;
        }

        void add(Sender sender) {
            if (last == null) {
                first = sender;
            } else if (control) {
                last.nextControl = sender;
            } else {
                last.nextData = sender;
            }
            last = sender;
        }

        @Nullable
        Sender remove() {
            Sender sender = first;
            if (sender != null) {
                first = control ? sender.nextControl : sender.nextData;
                if (first == null) {
                    last = null;
                }
                if (control) {
                    sender.nextControl = null;
                    sender.inControl = false;
                } else {
                    sender.nextData = null;
                    sender.inData = false;
                }
            }
            return sender;
        }

        void clear() {
            while (remove() != null) {}
        }
    }
}
