package libp2p.scenarios.lossy;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file or a folder of a disk, whatever its names are. */
abstract sealed class DiskNode permits FileNode, FolderNode {
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    private Set<PosixFilePermission> permissions = OWNER;

    Set<PosixFilePermission> permissions() {
        return permissions;
    }

    void permissions(Set<PosixFilePermission> value) {
        permissions = Set.copyOf(value);
    }
}
