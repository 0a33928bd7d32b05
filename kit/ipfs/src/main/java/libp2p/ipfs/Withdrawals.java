package libp2p.ipfs;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import libp2p.core.datastore.Folders;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multihash;

/**
 * The blocks that were removed and may still be announced, in a file of their hashes: a process may end before it has
 * told the network, and a collection may run while no node does. Notes nothing until something was announced. One
 * thread at a time; blocks for the disk.
 */
final class Withdrawals {
    /** Two million hashes; those that do not fit are announced until the DHT forgets them. */
    private static final long MOST_BYTES = 64 << 20;

    private static final System.Logger LOG = System.getLogger(Withdrawals.class.getName());

    private final Path file;
    /** No torn end is there, behind which no hash could be read. */
    private boolean whole;

    Withdrawals(Path file) {
        this.file = file;
    }

    /** From now on there are announcements. */
    void begin() throws IOException {
        if (!Files.exists(file)) {
            Files.write(file, new byte[0], StandardOpenOption.CREATE);
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Folders.force(folder);
            }
        }
    }

    /** Notes hashes durably before their blocks are removed. */
    void note(Collection<Multihash> hashes) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        long size = Files.size(file);
        if (size > MOST_BYTES) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    file + " has " + size + " bytes, at most " + MOST_BYTES
                            + ": removed blocks stay announced; start a node, which empties it");
            return;
        }
        if (!whole) {
            cutTornEnd();
        }
        int bytes = 0;
        for (Multihash hash : hashes) {
            bytes += hash.toBytes().length;
        }
        ByteBuffer written = ByteBuffer.allocate(bytes);
        hashes.forEach(hash -> written.put(hash.toBytes()));
        written.flip();
        whole = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            while (written.hasRemaining()) {
                channel.write(written);
            }
            channel.force(true);
        }
        whole = true;
    }

    /** The process was killed, or the disk was full, in the middle of a hash. */
    private void cutTornEnd() throws IOException {
        long bytes = read(hash -> {});
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
        whole = true;
    }

    /** The hashes that were noted; a torn end is passed over. */
    List<Multihash> noted() throws IOException {
        List<Multihash> noted = new ArrayList<>();
        if (Files.exists(file)) {
            read(noted::add);
        }
        return noted;
    }

    /** Returns the number of bytes before a torn end. */
    private int read(Consumer<Multihash> each) throws IOException {
        ByteBuffer read = ByteBuffer.wrap(Files.readAllBytes(file));
        int end = 0;
        try {
            while (read.hasRemaining()) {
                each.accept(Multihash.decode(read));
                end = read.position();
            }
        } catch (MalformedException | BufferUnderflowException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> file + " ends in the middle: " + e.getMessage());
        }
        return end;
    }

    /** All were told. */
    void clear() throws IOException {
        if (Files.exists(file)) {
            Files.write(file, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        }
    }
}
