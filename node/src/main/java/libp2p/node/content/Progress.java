package libp2p.node.content;

import java.io.PrintWriter;
import libp2p.core.environment.Environment;
import libp2p.node.host.ByteSize;

/**
 * Shows people how far a command is: one line on the standard error that is written over, a few times a second, and
 * removed in the end. One thread at a time.
 */
final class Progress implements AutoCloseable {
    private static final long EVERY_NANOS = 300_000_000;

    private final Environment environment;
    private final PrintWriter out;
    private final boolean shown;
    private final String what;
    private final long began;
    private long last;
    private long bytes;
    private int width;

    /**
     * @param shown whether anything is written at all
     * @param what is done, for example "adding"
     */
    Progress(Environment environment, PrintWriter out, boolean shown, String what) {
        this.environment = environment;
        this.out = out;
        this.shown = shown;
        this.what = what;
        began = environment.nanoTime();
        last = began;
    }

    /** Has so many bytes done in all. */
    void reach(long all) {
        add(all - bytes);
    }

    /** Counts bytes that are done. */
    void add(long more) {
        bytes += more;
        if (!shown) {
            return;
        }
        long now = environment.nanoTime();
        if (now - last >= EVERY_NANOS) {
            last = now;
            long rate = (long) (bytes / ((now - began) / 1e9));
            write(what + ": " + ByteSize.text(bytes) + ", " + ByteSize.text(rate) + "/s");
        }
    }

    private void write(String line) {
        out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
        out.flush();
        width = line.length();
    }

    /** Removes the line. Idempotent. */
    @Override
    public void close() {
        if (width > 0) {
            write("");
            out.print("\r");
            out.flush();
            width = 0;
        }
    }
}
