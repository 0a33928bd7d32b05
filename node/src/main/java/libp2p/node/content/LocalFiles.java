package libp2p.node.content;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import libp2p.ipld.IpldLimits;
import libp2p.node.control.MultipartBody;
import org.jspecify.annotations.Nullable;

/**
 * The files, symbolic links and directories of some paths, each directory before what is in it, in the order of names.
 * Sockets, devices and pipes below a directory are left out. One thread.
 */
final class LocalFiles implements MultipartBody.Parts {
    private record Folder(String name, Iterator<Path> entries) {}

    private final Iterator<String> paths;
    private final boolean recursive;
    private final boolean hidden;
    private final boolean keepMode;
    private final boolean keepTime;
    private final Deque<Folder> open = new ArrayDeque<>();

    /**
     * Files of paths.
     *
     * @param paths {@code -} for the standard input
     * @param recursive whether directories are taken
     * @param hidden whether names that begin with a dot are taken below a path
     * @param keepMode whether permissions are told
     * @param keepTime whether the times of the last change are told
     */
    LocalFiles(List<String> paths, boolean recursive, boolean hidden, boolean keepMode, boolean keepTime) {
        this.paths = paths.iterator();
        this.recursive = recursive;
        this.hidden = hidden;
        this.keepMode = keepMode;
        this.keepTime = keepTime;
    }

    /** Files of paths, none of which is a directory. */
    static LocalFiles of(List<String> paths) {
        return new LocalFiles(paths, false, false, false, false);
    }

    @Override
    public MultipartBody.@Nullable Part next() throws IOException {
        while (!open.isEmpty()) {
            Folder folder = open.getLast();
            if (!folder.entries.hasNext()) {
                open.removeLast();
                continue;
            }
            Path path = folder.entries.next();
            MultipartBody.Part part = part(path, folder.name + "/" + name(path));
            if (part != null) {
                return part;
            }
        }
        if (!paths.hasNext()) {
            return null;
        }
        String path = paths.next();
        if (path.equals("-")) {
            return new MultipartBody.Part("", MultipartBody.FILE, "", System.in);
        }
        Path place = Path.of(path);
        String name = name(place.toAbsolutePath().normalize());
        MultipartBody.Part part = part(place, name.isEmpty() ? "root" : name);
        if (part == null) {
            throw new IOException(path + " is neither a file nor a directory nor a symbolic link");
        }
        return part;
    }

    private MultipartBody.@Nullable Part part(Path path, String name) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isSymbolicLink()) {
            byte[] target = Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8);
            return new MultipartBody.Part(
                    name, MultipartBody.SYMLINK, told(path, attributes, false), new ByteArrayInputStream(target));
        }
        if (attributes.isDirectory()) {
            if (!recursive) {
                throw new IllegalArgumentException(path + " is a directory: add it with -r");
            }
            if (open.size() >= IpldLimits.DAG_DEPTH) {
                throw new IOException(path + " is more than " + IpldLimits.DAG_DEPTH + " directories deep");
            }
            open.addLast(new Folder(name, inside(path).iterator()));
            return new MultipartBody.Part(
                    name, MultipartBody.DIRECTORY, told(path, attributes, keepMode), InputStream.nullInputStream());
        }
        return attributes.isRegularFile()
                ? new MultipartBody.Part(
                        name, MultipartBody.FILE, told(path, attributes, keepMode), Files.newInputStream(path))
                : null;
    }

    private List<Path> inside(Path folder) throws IOException {
        List<Path> inside = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (hidden || !name(entry).startsWith(".")) {
                    inside.add(entry);
                }
            }
        }
        inside.sort(Comparator.comparing(LocalFiles::name));
        return inside;
    }

    private static String name(Path path) {
        Path last = path.getFileName();
        return last == null ? "" : last.toString();
    }

    private String told(Path path, BasicFileAttributes attributes, boolean mode) throws IOException {
        List<String> told = new ArrayList<>();
        if (mode) {
            Map<String, Object> unix = Files.readAttributes(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if (unix.get("mode") instanceof Integer bits) {
                told.add("mode=" + Integer.toOctalString(bits & 07777));
            }
        }
        if (keepTime) {
            var time = attributes.lastModifiedTime().toInstant();
            told.add("mtime=" + time.getEpochSecond());
            told.add("mtime-nsecs=" + time.getNano());
        }
        return String.join("&", told);
    }
}
