package libp2p.node.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.denylist.DenylistLimits;
import libp2p.denylist.Denylists;
import picocli.CommandLine.Option;

/** The denylists of a node, or of a command where no node runs. */
public final class DenylistOptions {
    private static final String FOLDER = "ipfs/denylists";

    @Option(
            names = "--denylist",
            paramLabel = "PATH",
            description =
                    "A file of content that is neither served nor got, or a folder of files *.deny; may be repeated."
                            + " Those of /etc/ipfs/denylists and ~/.config/ipfs/denylists hold too, before it.")
    private List<Path> paths = List.of();

    /** Whether lists were named. */
    public boolean isNamed() {
        return !paths.isEmpty();
    }

    /** Reads the lists; to be closed. */
    Denylists open(Environment environment, DenylistLimits limits) throws IOException {
        List<Path> folders = new ArrayList<>(usual());
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            (Files.isDirectory(path) ? folders : files).add(path);
        }
        return Denylists.open(environment, folders, files, limits);
    }

    /** The folders of the specification: that of the machine, and that of the user. */
    private static List<Path> usual() {
        List<Path> folders = new ArrayList<>(List.of(Path.of("/etc", FOLDER)));
        String configuration = System.getenv("XDG_CONFIG_HOME");
        String home = System.getenv("HOME");
        if (configuration != null && Path.of(configuration).isAbsolute()) {
            folders.add(Path.of(configuration, FOLDER));
        } else if (home != null) {
            folders.add(Path.of(home, ".config", FOLDER));
        }
        return folders;
    }
}
