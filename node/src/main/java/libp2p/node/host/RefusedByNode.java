package libp2p.node.host;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A running node has not done what its owner told it. */
public final class RefusedByNode extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final @Nullable String cure;

    /**
     * A refusal.
     *
     * @param code the exit code of the program
     * @param message of the node
     * @param cure the next step, if the node has named one
     */
    public RefusedByNode(int code, String message, @Nullable String cure) {
        super(message);
        this.code = code;
        this.cure = cure;
    }

    /** The next step, if the node has named one. */
    public @Nullable String cure() {
        return cure;
    }

    /** The exit code of the program. */
    public int code() {
        return code;
    }
}
