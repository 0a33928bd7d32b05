package libp2p.node.host;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The data directory of a command that works on one, given or by default. */
public final class DataFolder {
    @Everyday
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The data directory of the node; default: $P2P_DATA, else p2p in $XDG_DATA_HOME or"
                    + " ~/.local/share.")
    @Nullable
    private Path data;

    /** The folder that was named, else the default. */
    public Path path() {
        return data != null ? data : ofUser();
    }

    /**
     * The default of this user: {@code $P2P_DATA}, else {@code p2p} in {@code $XDG_DATA_HOME} or
     * {@code ~/.local/share}.
     *
     * @throws IllegalArgumentException if there is none of them
     */
    public static Path ofUser() {
        return ofUser(System.getenv(), System.getProperty("user.home", ""));
    }

    /**
     * The default: {@code $P2P_DATA}, else the folder of the XDG base directory specification.
     *
     * @throws IllegalArgumentException if there is neither, nor a home
     */
    static Path ofUser(Map<String, String> environment, String home) {
        String named = environment.getOrDefault("P2P_DATA", "");
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        String shared = environment.getOrDefault("XDG_DATA_HOME", "");
        if (!shared.isEmpty() && Path.of(shared).isAbsolute()) { // the specification says to ignore a relative one
            return Path.of(shared, "p2p");
        }
        if (home.isEmpty() || home.equals("?")) {
            throw new IllegalArgumentException("no data directory: name one by --data DIR or P2P_DATA");
        }
        return Path.of(home, ".local", "share", "p2p");
    }
}
