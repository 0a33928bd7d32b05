package libp2p.core.identity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import libp2p.core.datastore.Folders;
import libp2p.core.datastore.OwnerOnly;

/**
 * The file of an identity. New content is written to a temporary file beside it, which the JDK makes readable by the
 * owner only, forced to the disk, and put in place in one step: by a rename where the old file is to be replaced, by a
 * hard link where it must not be, since a link fails if the name is taken and a rename does not. On a file system
 * without hard links a lock file keeps the creators apart instead.
 */
final class KeyFile {
    private static final System.Logger LOG = System.getLogger("libp2p.core.identity");
    private static final ReentrantLock CREATORS = new ReentrantLock();
    private static final Set<PosixFilePermission> FOR_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    /** Gives a file a second name, which must be free. */
    @FunctionalInterface
    interface Linker {
        void link(Path name, Path file) throws IOException;
    }

    private final Path file;
    private final Path folder;
    private final Linker linker;

    KeyFile(Path file) {
        this(file, Files::createLink);
    }

    KeyFile(Path file, Linker linker) {
        this.file = file.toAbsolutePath();
        this.folder = parent(this.file);
        this.linker = linker;
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(file + " names no file");
        }
        return parent;
    }

    Identity load() throws IOException {
        byte[] content;
        if (Files.isDirectory(file)) {
            throw new IOException("key file " + file + " is a folder");
        }
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(IdentityLimits.PRIVATE_KEY_BYTES + 1);
        } catch (AccessDeniedException denied) {
            throw new IOException("key file " + file + " cannot be read: permission denied", denied);
        }
        try {
            Identity identity = Identity.of(PrivateKey.fromProtobuf(content));
            warnIfOthersMayRead();
            return identity;
        } catch (MalformedKeyException malformed) {
            throw new MalformedKeyException(file + ": " + malformed.getMessage(), malformed);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    Identity loadOrCreate(Supplier<Identity> maker) throws IOException {
        try {
            return load();
        } catch (NoSuchFileException absent) {
            create(maker.get());
            return load();
        }
    }

    void replace(Identity identity) throws IOException {
        Path temporary = write(identity);
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        Folders.force(folder);
    }

    private void create(Identity identity) throws IOException {
        Path temporary = write(identity);
        try {
            linker.link(file, temporary);
        } catch (FileAlreadyExistsException another) {
            return; // another process was faster: its is the identity
        } catch (UnsupportedOperationException | FileSystemException noLinks) {
            createUnderLock(temporary);
        } finally {
            Files.deleteIfExists(temporary);
        }
        Folders.force(folder);
    }

    private void createUnderLock(Path temporary) throws IOException {
        Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
        CREATORS.lock(); // a file lock is held by the whole process
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !Files.exists(file)) {
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            }
        } finally {
            CREATORS.unlock();
        }
    }

    /** Writes a file beside the one that is meant. */
    private Path write(Identity identity) throws IOException {
        try {
            return writeTemporary(identity);
        } catch (IOException e) {
            String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
            throw new IOException("key file " + file + " cannot be written: " + (reason == null ? e : reason), e);
        }
    }

    private Path writeTemporary(Identity identity) throws IOException {
        OwnerOnly.folder(folder);
        Path temporary = Files.createTempFile(folder, "." + file.getFileName(), ".tmp");
        byte[] content = identity.key().toProtobuf();
        boolean done = false;
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
            done = true;
            return temporary;
        } finally {
            Arrays.fill(content, (byte) 0);
            if (!done) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    private void warnIfOthersMayRead() throws IOException {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return;
        }
        Set<PosixFilePermission> permissions = EnumSet.copyOf(FOR_OTHERS);
        permissions.retainAll(Files.getPosixFilePermissions(file));
        if (!permissions.isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "others may use the private key in {0}: {1}; chmod 600 keeps it from them",
                    file,
                    permissions);
        }
    }
}
