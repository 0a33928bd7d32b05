package libp2p.transports.quic;

import java.nio.file.Path;
import java.util.function.LongFunction;

/**
 * A file of a {@link LogQueue}, with the text that waits for it. Under the lock of the queue, but where it is said
 * otherwise.
 */
final class LogFile {
    private final Path path;
    private final LongFunction<String> gap;
    private final String last;
    private long left;
    private volatile long characters;
    private volatile boolean over;
    private boolean unwanted;
    private boolean begun;
    private final StringBuilder waiting = new StringBuilder();
    /** Records that were left out since the last one that was not. */
    long missing;

    boolean queued;

    /**
     * A file that is added to.
     *
     * @param most characters of it, after which it ends
     * @param gap the line that says how many records are missing
     * @param last the line that says that it ends
     * @param kept whether what is in the file stays
     */
    LogFile(Path path, long most, LongFunction<String> gap, String last, boolean kept) {
        this.path = path;
        this.left = most;
        this.gap = gap;
        this.last = last;
        this.begun = kept;
    }

    /** Any thread. */
    Path path() {
        return path;
    }

    /** Whether nothing more is taken. Any thread. */
    boolean isOver() {
        return over;
    }

    /** Adds text, and returns how much longer that which waits has become. */
    int append(String text) {
        int before = waiting.length();
        if (missing > 0) {
            waiting.append(gap.apply(missing));
            missing = 0;
        }
        if (text.length() > left) {
            waiting.append(last);
            over = true;
        } else {
            left -= text.length();
            waiting.append(text);
        }
        int added = waiting.length() - before;
        characters += added;
        return added;
    }

    /** Number of characters that it was given. Any thread. */
    long characters() {
        return characters;
    }

    /** Nothing more is taken, and what is there goes. */
    void delete() {
        over = true;
        unwanted = true;
    }

    /** Whether it is to be deleted rather than written. */
    boolean isUnwanted() {
        return unwanted;
    }

    /** Takes the text that waits. */
    String take() {
        String text = waiting.toString();
        waiting.setLength(0);
        return text;
    }

    /** It cannot be written. */
    void fails() {
        over = true;
    }

    /** Whether this is the first text of a new file. By the thread that writes. */
    boolean begins() {
        boolean first = !begun;
        begun = true;
        return first;
    }
}
