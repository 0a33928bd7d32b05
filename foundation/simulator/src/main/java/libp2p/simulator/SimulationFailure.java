package libp2p.simulator;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A simulation went wrong. The message says what, when, under which seed, who waited where, and how to replay it. */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;
    private static final int MOST_THREADS = 40;
    private static final int MOST_FRAMES = 24;

    private final transient @Nullable StringBuilder text; // null once serialized
    private final transient boolean wantsThreads;
    private transient int threads;

    SimulationFailure(String text, @Nullable Throwable cause, boolean wantsThreads) {
        super(text, cause);
        this.text = new StringBuilder(text);
        this.wantsThreads = wantsThreads;
    }

    @Override
    public synchronized String getMessage() {
        return text == null ? String.valueOf(super.getMessage()) : text.toString();
    }

    boolean wantsThreads() {
        return wantsThreads;
    }

    synchronized void addLine(String line) {
        if (text != null) {
            text.append('\n').append(line);
        }
    }

    void addThread(String name, Thread thread) {
        threads++;
        if (threads <= MOST_THREADS) {
            String state = thread.getState().name().toLowerCase(Locale.ROOT);
            addTitledStack("thread '" + name + "' (" + state + ")", thread.getStackTrace());
        } else if (threads == MOST_THREADS + 1) {
            addLine("  … and more threads");
        }
    }

    void addStack(String name, StackTraceElement[] stack) {
        addTitledStack("thread '" + name + "'", stack);
    }

    private synchronized void addTitledStack(String title, StackTraceElement[] stack) {
        addLine("  " + title);
        for (int i = 0; i < Math.min(stack.length, MOST_FRAMES); i++) {
            addLine("      at " + stack[i]);
        }
    }
}
