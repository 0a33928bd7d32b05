package libp2p.node.content;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import libp2p.ipld.unixfs.TarOutput;
import libp2p.ipld.unixfs.TreeExporter;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Takes a tar archive of one root, as {@link TarOutput} writes it, and puts it to a path that must not exist: in a
 * folder {@code .NAME.partial} beside it until all of it is there, so that an end before that leaves nothing under the
 * final name. The folder is locked, since two may write to one path; that of a process which was killed is taken over,
 * and one that none has made is left alone. Nothing is written through a symbolic link, and links are made last. One
 * thread.
 */
final class TarExtractor extends OutputStream {
    /** Bytes of the records of one entry. */
    private static final int RECORDS = 64 << 10;

    /** The names in the folder beside the target. */
    private static final Set<String> INSIDE = Set.of("lock", "content");

    private final Path target;
    private final Path folder;
    private final Path lockFile;
    private final Path partial;
    private final LongConsumer wrote;
    private final byte[] head = new byte[TarOutput.BLOCK];
    private final Map<Path, String> links = new LinkedHashMap<>();
    private Map<String, String> pax = new HashMap<>();
    private int filled;
    private long left;
    private int padding;
    private @Nullable OutputStream file;
    private @Nullable ByteArrayOutputStream records;
    private @Nullable String root;
    private @Nullable FileChannel lock;
    private boolean over;
    private long bytes;

    /**
     * An extractor.
     *
     * @param wrote hears of the bytes of files
     * @throws FileAlreadyExistsException if there is something at the path
     */
    TarExtractor(Path target, LongConsumer wrote) throws IOException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        Path absolute = target.toAbsolutePath();
        Path parent = absolute.getParent();
        if (parent == null || absolute.getFileName() == null) {
            throw new FileAlreadyExistsException(target.toString());
        }
        this.target = absolute;
        this.wrote = wrote;
        folder = parent.resolve("." + absolute.getFileName() + ".partial");
        lockFile = folder.resolve("lock");
        partial = folder.resolve("content");
    }

    /** Makes the folder, or takes over that of a process which was killed. */
    private void claim() throws IOException {
        Files.createDirectories(folder.getParent());
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            if (!isOurs()) {
                throw new FileAlreadyExistsException(folder.toString());
            }
        } else {
            Files.createDirectory(folder);
        }
        FileChannel channel = FileChannel.open(
                lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null && Files.exists(lockFile); // the other one may have removed it
        } catch (OverlappingFileLockException here) {
            // told below
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        if (!locked) {
            throw new IOException("another get is writing to " + target);
        }
        lock = channel;
        clear();
    }

    private boolean isOurs() throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.allMatch(path -> INSIDE.contains(path.getFileName().toString()));
        }
    }

    /** Removes the folder with all that is in it, and lets another one have it. */
    private void release() throws IOException {
        FileChannel channel = lock;
        if (channel == null) {
            return;
        }
        lock = null;
        try (channel) {
            clear();
            Files.deleteIfExists(lockFile);
            Files.deleteIfExists(folder);
        }
    }

    private void clear() throws IOException {
        if (!Files.exists(partial, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(partial)) { // does not follow links
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            int count;
            if (left > 0) {
                count = (int) Math.min(left, end - at);
                content(source, at, count);
                left -= count;
                if (left == 0) {
                    entryOver();
                }
            } else if (padding > 0) {
                count = Math.min(padding, end - at);
                padding -= count;
            } else {
                count = Math.min(head.length - filled, end - at);
                System.arraycopy(source, at, head, filled, count);
                filled += count;
                if (filled == head.length) {
                    filled = 0;
                    entry();
                }
            }
            at += count;
        }
    }

    private void content(byte[] source, int at, int count) throws IOException {
        if (records != null) {
            records.write(source, at, count);
        } else if (file != null) {
            file.write(source, at, count);
            bytes += count;
            wrote.accept(count);
        }
    }

    private void entry() throws IOException {
        if (head[0] == 0) {
            over = true;
            return;
        }
        if (over) {
            throw new MalformedException("an archive that goes on behind its end");
        }
        char type = (char) head[156];
        long size = octal(124, 12);
        if (type == TarOutput.PAX) {
            if (size > RECORDS) {
                throw new MalformedException("records of more than " + RECORDS + " bytes in an archive");
            }
            records = new ByteArrayOutputStream();
        } else {
            size = Long.parseLong(pax.getOrDefault("size", Long.toString(size)));
            String path = pax.getOrDefault("path", text(0, 100));
            String link = pax.getOrDefault("linkpath", text(157, 100));
            pax = new HashMap<>();
            begin(type, path, link);
        }
        left = size;
        padding = (int) (-size & (TarOutput.BLOCK - 1));
        if (left == 0) {
            entryOver();
        }
    }

    private void begin(char type, String path, String link) throws IOException {
        Path place = place(path);
        switch (type) {
            case TarOutput.DIRECTORY -> Files.createDirectory(place);
            case TarOutput.SYMLINK -> links.put(place, link);
            case TarOutput.FILE, '\0' ->
                file = Files.newOutputStream(place, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            default -> throw new MalformedException("an entry of type " + (int) type + " in an archive");
        }
    }

    /** The place of an entry, whose names lead nowhere else. */
    private Path place(String path) throws IOException {
        List<String> names = List.of(path.split("/"));
        if (root == null) {
            root = names.getFirst();
            claim();
        } else if (!names.getFirst().equals(root) || names.size() == 1) {
            throw new MalformedException("an archive of more than one root");
        }
        Path place = partial;
        for (String name : names.subList(1, names.size())) {
            place = place.resolve(TreeExporter.safe(name));
        }
        return place;
    }

    private void entryOver() throws IOException {
        if (records != null) {
            pax = records(records.toByteArray());
            records = null;
        } else if (file != null) {
            file.close();
            file = null;
        }
    }

    private static Map<String, String> records(byte[] bytes) {
        Map<String, String> records = new HashMap<>();
        int at = 0;
        while (at < bytes.length) {
            int space = at;
            while (space < bytes.length && bytes[space] != ' ') {
                space++;
            }
            String digits = new String(bytes, at, space - at, StandardCharsets.US_ASCII);
            if (!digits.matches("[0-9]{1,6}") || at + Integer.parseInt(digits) > bytes.length) {
                throw new MalformedException("malformed records in an archive");
            }
            int end = at + Integer.parseInt(digits);
            String[] pair = new String(bytes, space + 1, end - space - 2, StandardCharsets.UTF_8).split("=", 2);
            if (pair.length == 2) {
                records.put(pair[0], pair[1]);
            }
            at = end;
        }
        return records;
    }

    private long octal(int at, int length) {
        String digits = text(at, length).strip();
        if (!digits.matches("[0-7]{1,11}")) {
            throw new MalformedException("a malformed size in an archive");
        }
        return Long.parseLong(digits, 8);
    }

    private String text(int at, int most) {
        int length = 0;
        while (length < most && head[at + length] != 0) {
            length++;
        }
        return new String(head, at, length, StandardCharsets.UTF_8);
    }

    /**
     * Gives what has come its final name.
     *
     * @return bytes of all files
     * @throws IOException if the archive is not whole
     */
    long finish() throws IOException {
        if (!over || left > 0 || filled > 0 || root == null) {
            throw new IOException("the archive ends before what was asked for is whole");
        }
        for (Map.Entry<Path, String> link : links.entrySet()) {
            Files.createSymbolicLink(link.getKey(), Path.of(link.getValue()));
        }
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) { // since the start
            throw new FileAlreadyExistsException(target.toString());
        }
        Files.move(partial, target);
        release();
        return bytes;
    }

    /** Removes what has come, unless it was finished. */
    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
        release();
    }
}
