package libp2p.ipld.unixfs;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.IpldLimits;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;

/**
 * Writes a file, symbolic link or directory with all that is in it into a file system, and nothing beside it: names
 * that lead elsewhere are refused, nothing is written through a symbolic link, and links are made last. Existing files
 * are not overwritten.
 */
public final class TreeExporter {
    /** Entries that are announced to the source before they are asked for; more when half of them are left. */
    private static final int ANNOUNCED = 1024;

    /** Bytes that are written by one call: the JDK copies them, and keeps a native buffer of this size. */
    private static final int PIECE = 128 << 10;

    private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul");
    private static final boolean WINDOWS = File.separatorChar == '\\';

    /** Hears of progress. */
    @FunctionalInterface
    public interface Listener {
        /** @param bytes written since the last call */
        void wrote(long bytes);
    }

    private final BlockSource source;
    private final UnixFsReader reader;
    private final Listener listener;
    private final Map<Path, String> symlinks = new LinkedHashMap<>();
    private long bytes;
    private final long most;
    private long entries;

    /**
     * Loads blocks from {@code source}; the listener hears of each file. Of one tree at most {@link
     * IpldLimits#TREE_ENTRIES} files and directories are written.
     */
    public TreeExporter(BlockSource source, Listener listener) {
        this(source, listener, IpldLimits.TREE_ENTRIES);
    }

    TreeExporter(BlockSource source, Listener listener, long most) {
        this.most = most;
        this.source = source;
        reader = new UnixFsReader(source);
        this.listener = listener;
    }

    /**
     * Writes what the CID says to a path, which must not exist; blocks. After a failure the file that was being written
     * is removed, what was complete stays.
     *
     * @return bytes of all files
     * @throws ContentException if a name cannot be written safely, or the content is malformed
     */
    public long export(Cid cid, Path target) throws IOException {
        entries = 0;
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        Path parent = target.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        one(cid, target, 0);
        for (Map.Entry<Path, String> link : symlinks.entrySet()) {
            Files.createSymbolicLink(link.getKey(), Path.of(link.getValue()));
        }
        symlinks.clear();
        return bytes;
    }

    private void one(Cid cid, Path target, int depth) throws IOException {
        if (depth > IpldLimits.DAG_DEPTH) {
            throw new ContentException("directories deeper than " + IpldLimits.DAG_DEPTH + " at " + cid);
        }
        if (++entries > most) {
            throw new ContentException("more than " + most + " files and directories at " + cid
                    + "; what is below can be written one by one");
        }
        byte[] block = source.get(cid);
        LeafBlock leaf = cid.codec() == Multicodec.RAW ? new LeafBlock(0, block.length) : LeafBlock.of(block);
        if (leaf != null) {
            write(target, out -> out.write(block, leaf.offset(), leaf.length()));
            return;
        }
        switch (UnixFsReader.parse(cid, block).type()) {
            case FILE, RAW -> file(cid, target);
            case SYMLINK -> {
                String link = reader.target(cid);
                if (link.indexOf('\0') >= 0) {
                    throw new ContentException("symbolic link " + cid + " with a NUL");
                }
                symlinks.put(target, link);
            }
            default -> directory(cid, target, depth);
        }
    }

    private void directory(Cid cid, Path target, int depth) throws IOException {
        Files.createDirectory(target);
        List<UnixFsReader.Entry> list = reader.list(cid);
        int announced = 0;
        for (int i = 0; i < list.size(); i++) {
            if (announced - i < ANNOUNCED / 2 && announced < list.size()) {
                int end = Math.min(list.size(), i + ANNOUNCED);
                source.prefetch(list.subList(announced, end).stream()
                        .map(UnixFsReader.Entry::cid)
                        .toList());
                announced = end;
            }
            UnixFsReader.Entry entry = list.get(i);
            one(entry.cid(), target.resolve(safe(entry.name())), depth + 1);
        }
    }

    private void file(Cid cid, Path target) throws IOException {
        try (InputStream in = reader.open(cid)) {
            write(target, in::transferTo);
        }
    }

    /** Puts the bytes of a file somewhere. */
    @FunctionalInterface
    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes a file that must not exist; a file that is written in part is removed. */
    private void write(Path target, Content content) throws IOException {
        boolean whole = false;
        try (OutputStream file =
                Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.writeTo(new Counted(file));
            whole = true;
        } finally {
            if (!whole) {
                Files.deleteIfExists(target);
            }
        }
    }

    /** Tells the listener of what is written. */
    private final class Counted extends OutputStream {
        private final OutputStream file;

        Counted(OutputStream file) {
            this.file = file;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            for (int at = 0; at < length; at += PIECE) {
                file.write(from, offset + at, Math.min(PIECE, length - at));
            }
            bytes += length;
            listener.wrote(length);
        }
    }

    /**
     * The name, if a file of it is in its directory and nowhere else.
     *
     * @throws ContentException if it is not
     */
    public static String safe(String name) throws ContentException {
        boolean unsafe = name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.indexOf('\0') >= 0
                || name.getBytes(StandardCharsets.UTF_8).length > IpldLimits.NAME_BYTES
                || (WINDOWS && isUnsafeOnWindows(name));
        if (unsafe) {
            throw new ContentException(
                    "the name " + MalformedException.quote(name) + " cannot be written to a file system");
        }
        return name;
    }

    /** Separators, drives, streams, devices, and ends that Windows drops. */
    static boolean isUnsafeOnWindows(String name) {
        String stem = name.split("\\.", 2)[0].strip().toLowerCase(Locale.ROOT);
        return name.chars().anyMatch(c -> c < ' ' || "\\:*?\"<>|".indexOf(c) >= 0)
                || name.endsWith(".")
                || name.endsWith(" ")
                || DEVICES.contains(stem)
                || stem.matches("(com|lpt)[0-9]");
    }
}
