package libp2p.scenarios.lossy;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** What a disk in memory knows of a file: neither times nor owners. */
record LossyAttributes(DiskNode node) implements PosixFileAttributes, PosixFileAttributeView {
    private static final FileTime NEVER = FileTime.fromMillis(0);

    private record Unknown(String getName) implements GroupPrincipal {}

    @Override
    public String name() {
        return "posix";
    }

    @Override
    public PosixFileAttributes readAttributes() {
        return this;
    }

    @Override
    public void setTimes(FileTime modified, FileTime accessed, FileTime created) {
        // nothing of this is kept
    }

    @Override
    public void setPermissions(Set<PosixFilePermission> value) {
        node.permissions(value);
    }

    @Override
    public Set<PosixFilePermission> permissions() {
        return node.permissions();
    }

    @Override
    public void setGroup(GroupPrincipal group) {
        throw new UnsupportedOperationException("a disk in memory knows no groups");
    }

    @Override
    public void setOwner(UserPrincipal owner) {
        throw new UnsupportedOperationException("a disk in memory knows no owners");
    }

    @Override
    public UserPrincipal getOwner() {
        return owner();
    }

    @Override
    public UserPrincipal owner() {
        return new Unknown("owner");
    }

    @Override
    public GroupPrincipal group() {
        return new Unknown("group");
    }

    @Override
    public FileTime lastModifiedTime() {
        return NEVER;
    }

    @Override
    public FileTime lastAccessTime() {
        return NEVER;
    }

    @Override
    public FileTime creationTime() {
        return NEVER;
    }

    @Override
    public boolean isRegularFile() {
        return node instanceof FileNode;
    }

    @Override
    public boolean isDirectory() {
        return node instanceof FolderNode;
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }

    @Override
    public long size() {
        return node instanceof FileNode file ? file.length() : 0;
    }

    @Override
    public Object fileKey() {
        return node;
    }
}
