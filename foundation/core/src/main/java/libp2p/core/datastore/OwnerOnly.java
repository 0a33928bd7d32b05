package libp2p.core.datastore;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Folders and files that only their owner may read, where the file system knows owners: keys, and what a host remembers
 * of its peers. Existing files stay as they are; new ones are durable. Blocks for the disk.
 */
public final class OwnerOnly {
    private static final String ADMINISTRATOR = "root";
    /** In a folder with this mode bit users change only files of their own, as in /tmp. */
    private static final int STICKY = 01000;

    private OwnerOnly() {}

    /** Makes a folder, and those above it as any program makes them. */
    public static void folder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            Folders.create(parent);
        }
        try {
            if (knowsOwners(folder)) {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } else {
                Files.createDirectory(folder);
            }
            Folders.forceAround(folder);
        } catch (FileAlreadyExistsException there) {
            if (!Files.isDirectory(folder)) {
                throw there;
            }
        }
    }

    /** Makes an empty file unless it exists; does nothing where files have no owner. */
    public static void file(Path file) throws IOException {
        if (knowsOwners(file) && Files.notExists(file)) {
            try {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Folders.forceAround(file);
            } catch (FileAlreadyExistsException there) {
                // another process was faster
            }
        }
    }

    /** Whether others than the owner may read a file, or list a folder. */
    public static boolean mayOthersRead(Path path) throws IOException {
        return others(path, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
    }

    /** Whether others than the owner may change a file, or what is in a folder. */
    public static boolean mayOthersWrite(Path path) throws IOException {
        return others(path, PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    }

    /**
     * Requires that none but this user, and the administrator, may change a file, or what is in a folder: what this process
     * believes or runs.
     *
     * @throws IOException if another user owns it, or others than the owner may write
     */
    public static void requireUnchangeable(Path path) throws IOException {
        if (mayOthersWrite(path)) {
            throw new IOException(path + " can be changed by others than its owner; chmod go-w " + path);
        }
        String owner = knowsOwners(path) ? Files.getOwner(path).getName() : "";
        String user = System.getProperty("user.name", "");
        boolean known =
                !owner.isEmpty() && !user.isEmpty() && !user.equals("?"); // a container may have users without a name
        if (known && !owner.equals(user) && !owner.equals(ADMINISTRATOR)) {
            throw new IOException(
                    path + " belongs to " + owner + ", not to " + user + " who runs this; chown " + user + " " + path);
        }
    }

    /**
     * Requires that not every user of the machine may put files into a folder, or take them away. A group may: volumes of
     * containers are shared so.
     *
     * @throws IOException if all may write, and not only to files of their own
     */
    public static void requireNotOpenToAll(Path folder) throws IOException {
        if (!Files.isDirectory(folder)
                || !knowsOwners(folder)
                || !Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)) {
            return;
        }
        boolean sticky = folder.getFileSystem().supportedFileAttributeViews().contains("unix")
                && Files.getAttribute(folder, "unix:mode") instanceof Integer mode
                && (mode & STICKY) != 0;
        if (!sticky) {
            throw new IOException(folder + " can be changed by every user of this machine; chmod o-w " + folder
                    + ", or name a folder in it that does not exist yet");
        }
    }

    private static boolean others(Path path, PosixFilePermission group, PosixFilePermission all) throws IOException {
        if (!knowsOwners(path)) {
            return false;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        return permissions.contains(group) || permissions.contains(all);
    }

    private static boolean knowsOwners(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
