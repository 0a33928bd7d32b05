package libp2p.simulator;

import org.jspecify.annotations.Nullable;

/** A simulation went wrong. The message says what, when, under which seed, who waited where, and how to replay it. */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;
    private static final int MOST_THREADS = 40;
    private static final int MOST_FRAMES = 24;

    private final transient StringBuilder text;
    private final transient boolean wantsThreads;
    private transient int threads;

    SimulationFailure(String text, @Nullable Throwable cause, boolean wantsThreads) {
        super(text, cause);
        this.text = new StringBuilder(text);
        this.wantsThreads = wantsThreads;
    }

    @Override
    public synchronized String getMessage() {
        return text == null ? super.getMessage() : text.toString();
    }

    boolean wantsThreads() {
        return wantsThreads;
    }

    synchronized void addLine(String line) {
        text.append('\n').append(line);
    }

    void addThread(String name, Thread thread) {
        threads++;
        if (threads <= MOST_THREADS) {
            addStack(
                    name + "' (" + thread.getState().name().toLowerCase(java.util.Locale.ROOT), thread.getStackTrace());
        } else if (threads == MOST_THREADS + 1) {
            addLine("  … and more threads");
        }
    }

    synchronized void addStack(String name, StackTraceElement[] stack) {
        text.append("\n  thread '").append(name).append(name.contains("' (") ? ")" : "'");
        for (int i = 0; i < Math.min(stack.length, MOST_FRAMES); i++) {
            text.append("\n      at ").append(stack[i]);
        }
    }
}
