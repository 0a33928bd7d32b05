package libp2p.ipld.unixfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import libp2p.ipld.BlockSink;
import libp2p.ipld.IpldLimits;

/** Imports files, symbolic links and directories of a file system with all that is in them. One thread at a time. */
public final class TreeImporter {
    /** Hears of each file and directory when its last block has been handed over. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Takes one entry; may throw, which ends the import.
         *
         * @param path as the caller would name it: the name of the root, and the names below it
         */
        void added(String path, Imported imported) throws IOException;
    }

    private final ImportOptions options;
    private final BlockSink sink;
    private final boolean hidden;
    private final boolean keepMode;
    private final boolean keepTime;
    private final Listener listener;

    /**
     * An importer.
     *
     * @param hidden whether names that begin with a dot are imported below a root
     * @param keepMode whether permissions are told
     * @param keepTime whether the times of the last change are told
     */
    public TreeImporter(
            ImportOptions options,
            BlockSink sink,
            boolean hidden,
            boolean keepMode,
            boolean keepTime,
            Listener listener) {
        this.options = options;
        this.sink = sink;
        this.hidden = hidden;
        this.keepMode = keepMode;
        this.keepTime = keepTime;
        this.listener = listener;
    }

    /**
     * Imports one path; blocks for the disk. Sockets, devices and pipes are left out below a directory.
     *
     * @param name what the listener is told, for example the last element of the path
     * @throws IOException also if the path itself is neither file nor directory nor symbolic link
     */
    public Imported add(Path path, String name) throws IOException {
        Imported imported = add(path, name, 0);
        if (imported == null) {
            throw new IOException(path + " is neither a file nor a directory nor a symbolic link");
        }
        return imported;
    }

    private @org.jspecify.annotations.Nullable Imported add(Path path, String name, int depth) throws IOException {
        if (depth > IpldLimits.DAG_DEPTH) {
            throw new IOException(path + " is more than " + IpldLimits.DAG_DEPTH + " directories deep");
        }
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        Metadata metadata = metadata(path, attributes);
        Imported imported;
        if (attributes.isSymbolicLink()) {
            Metadata time = metadata.withMode(-1);
            imported = DirectoryImporter.symlink(
                    options, sink, Files.readSymbolicLink(path).toString(), time);
        } else if (attributes.isDirectory()) {
            imported = directory(path, name, metadata, depth);
        } else if (attributes.isRegularFile()) {
            try (InputStream in = Files.newInputStream(path)) {
                imported = new FileImporter(options, sink).add(in, metadata);
            }
        } else {
            return null;
        }
        listener.added(name, imported);
        return imported;
    }

    private Imported directory(Path path, String name, Metadata metadata, int depth) throws IOException {
        List<Path> inside = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                if (hidden || !name(entry).startsWith(".")) {
                    inside.add(entry);
                }
            }
        }
        inside.sort(Comparator.comparing(TreeImporter::name));
        DirectoryImporter directory = new DirectoryImporter(options, sink, metadata);
        for (Path entry : inside) {
            Imported child = add(entry, name + "/" + name(entry), depth + 1);
            if (child != null) {
                directory.add(name(entry), child);
            }
        }
        return directory.finish();
    }

    private static String name(Path path) {
        Path last = path.getFileName();
        return last == null ? "" : last.toString();
    }

    private Metadata metadata(Path path, BasicFileAttributes attributes) throws IOException {
        Metadata metadata = Metadata.NONE;
        if (keepMode) {
            Map<String, Object> mode = Files.readAttributes(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if (mode.get("mode") instanceof Integer bits) {
                metadata = metadata.withMode(bits & 07777);
            }
        }
        if (keepTime) {
            FileTime time = attributes.lastModifiedTime();
            metadata = metadata.withTime(
                    time.toInstant().getEpochSecond(), time.toInstant().getNano());
        }
        return metadata;
    }
}
