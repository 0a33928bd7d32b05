package libp2p.scenarios.lossy;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the JDK asks of a file system, for a disk in memory as one process sees it. */
final class LossyProvider extends FileSystemProvider {
    static final String SCHEME = "lossy";

    private final LossyFileSystem process;
    private final LossyDisk disk;

    LossyProvider(LossyFileSystem process) {
        this.process = process;
        this.disk = process.disk();
    }

    private static String path(Path path) {
        return ((LossyPath) path.normalize()).onDisk();
    }

    private static String name(Path path) {
        return String.valueOf(path.toAbsolutePath().normalize().getFileName());
    }

    private DiskNode node(Path path) throws IOException {
        disk.check();
        synchronized (disk) {
            DiskNode node = disk.find(path(path));
            if (node == null) {
                throw new NoSuchFileException(path.toString());
            }
            return node;
        }
    }

    private boolean exists(Path path) {
        synchronized (disk) {
            return disk.find(path(path)) != null;
        }
    }

    private FolderNode folder(Path path) throws IOException {
        if (node(path) instanceof FolderNode folder) {
            return folder;
        }
        throw new NotDirectoryException(path.toString());
    }

    private FolderNode folderOf(Path path) throws IOException {
        Path parent = path.toAbsolutePath().normalize().getParent();
        return parent == null ? disk.root() : folder(parent);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        boolean appends = options.contains(StandardOpenOption.APPEND);
        boolean writes = appends || options.contains(StandardOpenOption.WRITE);
        boolean reads = !writes || options.contains(StandardOpenOption.READ);
        boolean fresh = writes && options.contains(StandardOpenOption.CREATE_NEW);
        if (fresh && exists(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        if (!exists(path) && (fresh || writes && options.contains(StandardOpenOption.CREATE))) {
            FolderNode folder = folderOf(path);
            disk.step("create", path(path));
            FileNode made = new FileNode(new byte[0]);
            permit(made, attributes);
            synchronized (disk) {
                folder.link(name(path), made);
            }
        }
        DiskNode node = node(path);
        if (node instanceof FolderNode && writes) {
            throw new IOException(path + ": Is a directory");
        }
        LossyChannel channel = new LossyChannel(process, node, path(path), reads, writes, appends);
        if (writes && options.contains(StandardOpenOption.TRUNCATE_EXISTING) && channel.size() > 0) {
            channel.truncate(0);
        }
        return channel;
    }

    @SuppressWarnings("unchecked")
    private static void permit(DiskNode node, FileAttribute<?>... attributes) {
        for (FileAttribute<?> attribute : attributes) {
            if (attribute.name().equals("posix:permissions")) {
                node.permissions((Set<PosixFilePermission>) attribute.value());
            }
        }
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        FolderNode folder = folder(path);
        List<Path> found = new ArrayList<>();
        synchronized (disk) {
            folder.names().keySet().forEach(name -> found.add(path.resolve(name)));
        }
        List<Path> accepted = new ArrayList<>();
        for (Path each : found) {
            if (filter.accept(each)) {
                accepted.add(each);
            }
        }
        return new DirectoryStream<>() {
            @Override
            public java.util.Iterator<Path> iterator() {
                return accepted.iterator();
            }

            @Override
            public void close() {
                // the list needs nothing
            }
        };
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        FolderNode parent = folderOf(path);
        if (exists(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        disk.step("folder", path(path));
        FolderNode made = new FolderNode();
        permit(made, attributes);
        synchronized (disk) {
            parent.link(name(path), made);
        }
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        FolderNode folder = folderOf(link);
        DiskNode node = node(existing);
        if (exists(link)) {
            throw new FileAlreadyExistsException(link.toString());
        }
        disk.step("link", path(link));
        synchronized (disk) {
            folder.link(name(link), node);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        FolderNode folder = folderOf(path);
        if (node(path) instanceof FolderNode below && !below.names().isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        disk.step("delete", path(path));
        synchronized (disk) {
            folder.unlink(name(path));
        }
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        DiskNode node = node(source);
        FolderNode from = folderOf(source);
        FolderNode to = folderOf(target);
        List<CopyOption> chosen = List.of(options);
        boolean replaces =
                chosen.contains(StandardCopyOption.REPLACE_EXISTING) || chosen.contains(StandardCopyOption.ATOMIC_MOVE);
        if (!replaces && exists(target)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        disk.step("rename", path(target));
        synchronized (disk) {
            if (from == to) {
                to.rename(name(target), node, name(source));
            } else {
                to.link(name(target), node);
                from.unlink(name(source));
            }
        }
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        byte[] bytes;
        try (SeekableByteChannel in = newByteChannel(source, Set.of(StandardOpenOption.READ))) {
            bytes = new byte[(int) in.size()];
            in.read(java.nio.ByteBuffer.wrap(bytes));
        }
        Set<OpenOption> how = List.of(options).contains(StandardCopyOption.REPLACE_EXISTING)
                ? Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)
                : Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (SeekableByteChannel out = newByteChannel(target, how)) {
            out.write(java.nio.ByteBuffer.wrap(bytes));
        }
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return node(one) == node(other);
    }

    @Override
    public boolean isHidden(Path path) {
        return name(path).startsWith(".");
    }

    @Override
    public FileStore getFileStore(Path path) {
        return new LossyFileStore(disk);
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        node(path);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return type.cast(new LossyAttributes(node(path)));
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        try {
            return type.cast(new LossyAttributes(node(path)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) {
        throw new UnsupportedOperationException(names);
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options) {
        throw new UnsupportedOperationException(name);
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException("made with a disk");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return process;
    }

    @Override
    public Path getPath(URI uri) {
        return process.getPath(String.valueOf(uri.getPath()));
    }
}
