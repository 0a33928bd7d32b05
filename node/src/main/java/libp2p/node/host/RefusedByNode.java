package libp2p.node.host;

import java.io.IOException;

/** A running node has not done what its owner told it. */
public final class RefusedByNode extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;

    /**
     * @param code the exit code of the program
     * @param message of the node
     */
    public RefusedByNode(int code, String message) {
        super(message);
        this.code = code;
    }

    /** The exit code of the program. */
    public int code() {
        return code;
    }
}
