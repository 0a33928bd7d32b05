package libp2p.denylist;

import java.io.IOException;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** A denylist that cannot be read; the rules that it had before stay in force. */
public final class DenylistException extends IOException {
    private static final long serialVersionUID = 1;

    private final int line;

    /**
     * An error at a line.
     *
     * @param file as it was named
     * @param line from 1, or 0 if the file as a whole is meant
     */
    DenylistException(String file, int line, String what, @Nullable Throwable cause) {
        super("denylist " + MalformedException.quote(file) + (line > 0 ? ", line " + line : "") + ": " + what, cause);
        this.line = line;
    }

    /** The line, from 1; 0 if the file as a whole is meant. */
    public int line() {
        return line;
    }
}
