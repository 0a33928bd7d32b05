package libp2p.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import libp2p.HostLimits;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code p2p limits}, and what the option {@code --limits} means. */
@Command(
        name = "limits",
        description = "Prints every limit of a node on this machine, in the form of the file of --limits, to be"
                + " edited. What such a file does not name keeps its default. A wrong file is told by its line.",
        mixinStandardHelpOptions = true)
final class LimitsCommand implements Callable<Integer> {
    static final String DEFAULT = "default";
    static final String CHOICE = "default|none|FILE";

    @Parameters(
            index = "0",
            paramLabel = CHOICE,
            defaultValue = DEFAULT,
            description = "The defaults of this machine, no limits, or the defaults with the changes of a file.")
    private String limits = DEFAULT;

    @Override
    public Integer call() {
        System.out.print("""
            # Limits of a node on this machine. Lines of this form, in a file, change them: p2p node --limits FILE.
            # system: all there is; transient: before the peer or protocol is known; unproved: before a UDP address is proved;
            # peer, protocol, service, connection, stream: each of them; protocol[/ipfs/kad/1.0.0].streams: a single one.
            # memory is in bytes or MiB, descriptors are open files, perSecond is a rate of new connections.
            # Below them stand the limits of each part: numbers, or durations such as 250ms, 15s and 22h.
            """);
        System.out.print(read(limits).text());
        System.out.flush();
        return Exit.DONE;
    }

    static boolean isNone(String choice) {
        return choice.equalsIgnoreCase("none");
    }

    /**
     * Reads the value of the option; blocks for the disk.
     *
     * @throws IllegalArgumentException saying which file cannot be read, or which line of it is wrong, and why
     */
    static HostLimits read(String choice) {
        if (isNone(choice)) {
            return HostLimits.unlimited();
        }
        HostLimits defaults = HostLimits.ofThisMachine();
        if (choice.equalsIgnoreCase(DEFAULT)) {
            return defaults;
        }
        Path file = Path.of(choice);
        if (!Files.exists(file)) {
            throw new IllegalArgumentException("--limits takes default, none or a file; there is no file " + choice);
        }
        try {
            return HostLimits.read(file, defaults);
        } catch (IOException e) {
            throw new IllegalArgumentException("limits file " + choice + " cannot be read: " + e, e);
        }
    }
}
