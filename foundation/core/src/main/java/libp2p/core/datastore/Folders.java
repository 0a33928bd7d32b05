package libp2p.core.datastore;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Names of files that survive a loss of power. The data of a file is durable when the file was forced, its name only
 * when the folder was in which it stands; the same holds for the absence of a file that was deleted or renamed. Blocks
 * for the disk.
 */
public final class Folders {
    private static final System.Logger LOG = System.getLogger(Folders.class.getName());

    private Folders() {}

    /**
     * Makes durable which files a folder has. Does nothing where a folder cannot be opened, as on Windows.
     *
     * @throws IOException if the disk does not take it
     */
    public static void force(Path folder) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (IOException | UnsupportedOperationException notSupported) {
            LOG.log(System.Logger.Level.DEBUG, "cannot force {0} to the disk: {1}", folder, notSupported.toString());
            return;
        }
        try (channel) {
            channel.force(true);
        }
    }

    /** Makes the name of a file durable, or its absence; see {@link #force}. */
    public static void forceAround(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            force(folder);
        }
    }

    /** Makes a folder and those above it, all of them durable; one that exists stays as it is. */
    public static void create(Path folder) throws IOException {
        Deque<Path> fresh = new ArrayDeque<>();
        @Nullable Path above = folder.toAbsolutePath();
        while (above != null && Files.notExists(above)) {
            fresh.push(above);
            above = above.getParent();
        }
        Files.createDirectories(folder);
        for (Path made : fresh) {
            forceAround(made);
        }
    }
}
