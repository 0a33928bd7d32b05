package libp2p.node.control;

import java.io.IOException;
import java.nio.file.Path;
import libp2p.system.SystemEnvironment;

/** Finds the node of a data directory for a command. */
public final class Controls {
    private Controls() {}

    /**
     * The node that runs on a data directory; blocks.
     *
     * @throws IOException if none runs there, with the cure, or this user may not ask it
     */
    public static NodeControl running(Path data) throws IOException {
        return RemoteControl.of(SystemEnvironment.shared(), data)
                .orElseThrow(() -> new IOException("no node runs on " + data + "; start one: p2p node --data " + data));
    }
}
