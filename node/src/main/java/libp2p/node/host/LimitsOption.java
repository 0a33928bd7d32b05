package libp2p.node.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import libp2p.Limits;

/** The meaning of the option {@code --limits}. */
public final class LimitsOption {
    /** The limits of this machine. */
    public static final String DEFAULT = "default";

    /** The values of the option, for its help. */
    public static final String CHOICE = "default|none|FILE";

    private LimitsOption() {}

    /** Whether no limit holds. */
    public static boolean isNone(String choice) {
        return choice.equalsIgnoreCase("none");
    }

    /**
     * Reads the value of the option; blocks for the disk.
     *
     * @throws IllegalArgumentException saying which file cannot be read, or which line of it is wrong, and why
     */
    public static Limits read(String choice) {
        if (isNone(choice)) {
            return Limits.unlimited();
        }
        Limits defaults = Limits.ofThisMachine();
        if (choice.equalsIgnoreCase(DEFAULT)) {
            return defaults;
        }
        Path file = Path.of(choice);
        if (!Files.exists(file)) {
            throw new IllegalArgumentException("--limits takes default, none or a file; there is no file " + choice);
        }
        try {
            return Limits.read(file, defaults);
        } catch (IOException e) {
            throw new IllegalArgumentException("limits file " + choice + " cannot be read: " + e, e);
        }
    }
}
