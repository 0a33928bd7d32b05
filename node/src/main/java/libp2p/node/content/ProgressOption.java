package libp2p.node.content;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a command shows how far it is. */
final class ProgressOption {
    @Option(
            names = "--progress",
            negatable = true,
            description = "Show on the standard error how far it is; the default on a terminal, without --json.")
    private @Nullable Boolean shown;

    /** Whether it is shown. */
    boolean isShown(boolean json) {
        return shown != null ? shown : !json && ContentCommand.isTerminal();
    }
}
