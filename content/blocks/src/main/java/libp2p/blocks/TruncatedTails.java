package libp2p.blocks;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.TreeSet;
import libp2p.core.datastore.Folders;

/**
 * Ends of files that were cut off since they are no records, in files beside the log whose names end with {@code .cut}:
 * at most {@value #FILES}, the oldest go first, and none of more than {@value #BYTES} bytes. Nothing reads them; they are for people.
 */
final class TruncatedTails {
    private static final int FILES = 8;
    private static final int BYTES = 16 << 20;
    private static final int PIECE = 64 << 10;

    private final Path folder;

    TruncatedTails(Path folder) {
        this.folder = folder;
    }

    /**
     * Keeps a piece of a file, durably.
     *
     * @throws IOException also if it is too large
     */
    Path keep(FileChannel from, String name, long start, long end) throws IOException {
        if (end - start > BYTES) {
            throw new StoreException(
                    "it has " + (end - start) + " bytes, of which at most " + BYTES + " are kept", null);
        }
        TreeSet<Path> kept = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.cut")) {
            files.forEach(kept::add);
        }
        while (kept.size() >= FILES) {
            Files.deleteIfExists(kept.removeFirst());
        }
        Path target = folder.resolve(name + ".cut");
        boolean done = false;
        try (FileChannel out = FileChannel.open(
                target, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer piece = ByteBuffer.allocate(PIECE);
            for (long at = start; at < end; ) {
                int count = from.read(piece.clear().limit((int) Math.min(PIECE, end - at)), at);
                if (count < 0) {
                    throw new EOFException("the file ends before " + end);
                }
                at += count;
                piece.flip();
                while (piece.hasRemaining()) {
                    out.write(piece);
                }
            }
            out.force(true);
            done = true;
        } finally {
            if (!done) {
                Files.deleteIfExists(target);
            }
        }
        Folders.force(folder);
        return target;
    }
}
