package libp2p.ipld.unixfs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.IpldLimits;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file, symbolic link or directory with all that is in it as a tar archive (POSIX.1-2001, pax), as Kubo's
 * {@code get} answers. A name that no file system takes ends the archive. One thread.
 */
public final class TarOutput {
    /** Bytes of a block of an archive. */
    public static final int BLOCK = 512;

    /** The type of a file. */
    public static final char FILE = '0';

    /** The type of a symbolic link. */
    public static final char SYMLINK = '2';

    /** The type of a directory. */
    public static final char DIRECTORY = '5';

    /** The type of the records of the entry that follows. */
    public static final char PAX = 'x';

    /** Bytes that the field of a name takes. */
    private static final int NAME = 100;

    /** The size beyond which the field of 11 octal digits does not reach. */
    private static final long OCTAL = 1L << 33;

    /** Entries that are announced to the source before they are asked for. */
    private static final int ANNOUNCED = 512;

    /**
     * Links of the directories between the root and the place of the walk that are held, a few hundred bytes each: beyond
     * them those farthest above are forgotten, and read again when the walk is back there.
     */
    private static final int OPEN_LINKS = 1 << 16;

    /** Characters of a path: Linux takes no longer one, and the walk holds the path of each directory that it is in. */
    private static final int PATH = 4096;

    private final BlockSource source;
    private final UnixFsReader reader;
    private final OutputStream out;
    private boolean confined;
    private final Deque<Directory> open = new ArrayDeque<>();
    private long openLinks;
    private long entries;

    /** Writes to {@code out} what it loads from {@code source}. */
    public TarOutput(BlockSource source, OutputStream out) {
        this.source = source;
        this.out = out;
        reader = new UnixFsReader(source);
    }

    /**
     * For a reader that may be careless (<a href="https://specs.ipfs.tech/ipips/ipip-0288/">IPIP-288</a>): names with
     * {@code ..} that lead to a place inside of the root are written as that place, others end the archive, and so do
     * symbolic links that may lead out of the root.
     */
    public TarOutput confined() {
        confined = true;
        return this;
    }

    /**
     * Writes the archive; blocks.
     *
     * @param name of the root in the archive
     * @throws ContentException if a name leads out of the root, or the content is malformed
     */
    public void write(Cid root, String name) throws IOException {
        write(root, name, 0);
        out.write(new byte[2 * BLOCK]);
    }

    private void write(Cid cid, String path, int depth) throws IOException {
        if (depth > IpldLimits.DAG_DEPTH) {
            throw new ContentException("directories deeper than " + IpldLimits.DAG_DEPTH + " at " + cid);
        }
        if (++entries > IpldLimits.TREE_ENTRIES) {
            throw new ContentException("more than " + IpldLimits.TREE_ENTRIES + " files and directories at " + cid
                    + "; what is below can be got one by one");
        }
        switch (reader.type(cid)) {
            case DIRECTORY -> {
                head(DIRECTORY, path, "", 0);
                Directory directory = new Directory(cid);
                open.addLast(directory);
                for (UnixFsReader.Entry entry = directory.next(); entry != null; entry = directory.next()) {
                    write(entry.cid(), path(path, entry.name()), depth + 1);
                }
                directory.forget();
                open.removeLast();
            }
            case SYMLINK -> {
                String target = reader.target(cid);
                if (target.indexOf('\0') >= 0) {
                    throw new ContentException("symbolic link " + cid + " with a NUL");
                }
                if (confined && !staysInside(path, target)) {
                    throw new ContentException("a symbolic link that leads out of the root at " + cid);
                }
                head(SYMLINK, path, target, 0);
            }
            default -> file(cid, path);
        }
    }

    /** The entries of a directory, of repeated names the first only; its blocks may be forgotten between two. */
    private final class Directory {
        private final Cid cid;
        private final Deque<UnixFsReader.Entry> ahead = new ArrayDeque<>();
        private @Nullable DirectoryCursor cursor;
        private @Nullable Set<String> seen;
        private long taken;
        private long links;

        Directory(Cid cid) {
            this.cid = cid;
        }

        UnixFsReader.@Nullable Entry next() throws IOException {
            if (ahead.isEmpty()) {
                fill();
            }
            UnixFsReader.Entry entry = ahead.poll();
            if (entry != null) {
                taken++;
            }
            return entry;
        }

        private void fill() throws IOException {
            DirectoryCursor entries = cursor == null ? begin() : cursor;
            for (UnixFsReader.Entry entry = unseen(entries); entry != null; entry = unseen(entries)) {
                ahead.add(entry);
                if (ahead.size() == ANNOUNCED) {
                    break;
                }
            }
            if (ahead.size() > 1) {
                source.prefetch(ahead.stream().map(UnixFsReader.Entry::cid).toList());
            }
        }

        /** Reads from the start, up to where the walk was. */
        private DirectoryCursor begin() throws IOException {
            UnixFsNode node = reader.node(cid);
            seen = node.type() == UnixFsType.DIRECTORY ? new HashSet<>() : null; // in shards each name has one place
            links = node.links().size() + ANNOUNCED;
            openLinks += links;
            DirectoryCursor entries = reader.cursor(cid);
            cursor = entries;
            forgetAbove();
            for (long i = 0; i < taken; i++) {
                unseen(entries);
            }
            return entries;
        }

        private UnixFsReader.@Nullable Entry unseen(DirectoryCursor entries) throws IOException {
            UnixFsReader.Entry entry = entries.next();
            while (entry != null && seen != null && !seen.add(entry.name())) {
                entry = entries.next();
            }
            return entry;
        }

        void forget() {
            cursor = null;
            seen = null;
            ahead.clear();
            openLinks -= links;
            links = 0;
        }
    }

    /** Forgets directories from above, once they are too many, until half as much as is held is left. */
    private void forgetAbove() {
        if (openLinks <= OPEN_LINKS) {
            return;
        }
        for (Directory directory : open) {
            if (openLinks <= OPEN_LINKS / 2 || directory == open.getLast()) {
                return;
            }
            directory.forget();
        }
    }

    private String path(String directory, String name) throws ContentException {
        if (directory.length() + name.length() >= PATH) {
            throw new ContentException("the path of an entry has more than " + PATH + " characters: "
                    + MalformedException.quote(name.length() <= NAME ? name : name.substring(0, NAME)));
        }
        return confined ? place(directory, name) : directory + "/" + TreeExporter.safe(name);
    }

    /** The path of an entry of a directory, without the elements that only lead around. */
    private static String place(String directory, String name) throws ContentException {
        Deque<String> elements = new ArrayDeque<>(List.of(directory.split("/")));
        for (String element : name.split("/", -1)) {
            if (element.equals("..")) {
                elements.removeLast();
                if (elements.isEmpty()) {
                    throw outside(name);
                }
            } else if (!element.isEmpty() && !element.equals(".")) {
                elements.add(element);
            }
        }
        if (elements.size() == 1 || name.indexOf('\0') >= 0) { // the root itself is none of its entries
            throw outside(name);
        }
        return String.join("/", elements);
    }

    private static ContentException outside(String name) {
        return new ContentException("an entry whose name leads out of the root: " + MalformedException.quote(name));
    }

    /**
     * Whether a link cannot lead out of the root, whatever other links are on its way: it goes up only at its start, by
     * no more than the directories that it is in.
     */
    private static boolean staysInside(String path, String target) {
        int above = path.split("/").length - 2;
        boolean down = false;
        for (String element : target.split("/")) {
            if (element.equals("..")) {
                above--;
                if (down || above < 0) {
                    return false;
                }
            } else if (!element.isEmpty() && !element.equals(".")) {
                down = true;
            }
        }
        return !target.startsWith("/") && target.indexOf('\0') < 0;
    }

    private void file(Cid cid, String path) throws IOException {
        long size = reader.size(cid);
        head(FILE, path, "", size);
        try (InputStream in = reader.open(cid)) {
            long written = in.transferTo(out);
            if (written != size) {
                throw new ContentException(cid + " has " + written + " bytes and tells of " + size);
            }
        }
        pad(size);
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) (-size & (BLOCK - 1))]);
    }

    private void head(char type, String path, String target, long size) throws IOException {
        StringBuilder more = new StringBuilder();
        if (isLong(path)) {
            record(more, "path", path);
        }
        if (isLong(target)) {
            record(more, "linkpath", target);
        }
        if (size >= OCTAL) {
            record(more, "size", Long.toString(size));
        }
        if (!more.isEmpty()) {
            byte[] records = more.toString().getBytes(StandardCharsets.UTF_8);
            block(PAX, "pax", "", records.length);
            out.write(records);
            pad(records.length);
        }
        block(type, isLong(path) ? "long" : path, isLong(target) ? "long" : target, size >= OCTAL ? 0 : size);
    }

    private static boolean isLong(String text) {
        return text.length() > NAME || !text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }

    /** A record of pax: its length in decimal, which counts itself, a space, key=value, and a line's end. */
    private static void record(StringBuilder records, String key, String value) {
        int rest = (" " + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8).length;
        int length = rest + Integer.toString(rest).length();
        length = rest + Integer.toString(length).length();
        records.append(length).append(' ').append(key).append('=').append(value).append('\n');
    }

    private void block(char type, String name, String target, long size) throws IOException {
        byte[] block = new byte[BLOCK];
        put(block, 0, name);
        put(block, 100, type == DIRECTORY ? "0000755\0" : "0000644\0");
        put(block, 108, "0000000\0");
        put(block, 116, "0000000\0");
        put(block, 124, "%011o\0".formatted(size));
        put(block, 136, "00000000000\0");
        put(block, 148, "        ");
        block[156] = (byte) type;
        put(block, 157, target);
        put(block, 257, "ustar\00000");
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, 148, "%06o\0 ".formatted(sum));
        out.write(block);
    }

    private static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }
}
