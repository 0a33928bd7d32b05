package libp2p.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import libp2p.core.environment.Environment;

/**
 * Some room on the disk for what gives room back: removals have to be written, the index has to be saved, and blocks
 * have to be moved before a file can be removed. A file beside the log, of bytes that no file system makes smaller. Callers hold a lock.
 */
final class DiskReserve {
    /** Bytes of the log from which on it is worth it. */
    static final long WORTH = 16 << 20;

    private static final int BYTES = 2 << 20;

    private final Environment environment;
    private final Path file;
    private boolean there;

    DiskReserve(Environment environment, Path folder) {
        this.environment = environment;
        file = folder.resolve("reserve");
        there = Files.exists(file);
    }

    boolean isThere() {
        return there;
    }

    /** Takes the room, if the disk has it. */
    void make() {
        there = true; // or that a disk is full would be found out at every write
        byte[] bytes = new byte[BYTES];
        environment.random("reserve").nextBytes(bytes);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer out = ByteBuffer.wrap(bytes);
            while (out.hasRemaining()) {
                channel.write(out);
            }
        } catch (IOException full) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                full.addSuppressed(e);
            }
        }
    }

    /**
     * Gives the room back.
     *
     * @return whether there was any
     */
    boolean release() throws IOException {
        there = false;
        return Files.deleteIfExists(file);
    }
}
