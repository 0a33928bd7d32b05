package libp2p.node.content;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpRequest;
import libp2p.ipld.BlockSink;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.unixfs.DirectoryImporter;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.Imported;
import libp2p.ipld.unixfs.Metadata;
import libp2p.ipld.unixfs.TreeImporter;
import libp2p.multiformats.MalformedException;
import libp2p.node.control.MultipartBody;

/**
 * Imports files that come one after the other, each with its whole path, and the directories that they are in: what is
 * in a directory comes without anything between. One thread.
 */
final class UploadedTree {
    /** Bytes of the target of a symbolic link. */
    private static final int TARGET = 4096;

    private record Directory(String name, DirectoryImporter importer) {}

    /**
     * A root of what was uploaded.
     *
     * @param name the first element of its paths; empty for a file without a name
     */
    record Root(String name, Imported imported) {}

    private final AddOptions given;
    private final ImportOptions options;
    private final BlockSink sink;
    private final TreeImporter.Listener listener;
    private final Deque<Directory> open = new ArrayDeque<>();
    private final List<Root> roots = new ArrayList<>();

    UploadedTree(AddOptions given, BlockSink sink, TreeImporter.Listener listener) {
        this.given = given;
        options = given.layout();
        this.sink = sink;
        this.listener = listener;
    }

    /** Imports one part; blocks while its content comes. */
    void add(MultipartBody.Part part) throws IOException {
        List<String> path = elements(part.path());
        if (path.size() > IpldLimits.DAG_DEPTH) {
            throw new MalformedException("a path of more than " + IpldLimits.DAG_DEPTH + " elements");
        }
        Metadata metadata = metadata(part.attributes());
        String name = path.isEmpty() ? "" : path.getLast();
        enter(path.subList(0, Math.max(0, path.size() - 1)));
        if (part.type().startsWith(MultipartBody.DIRECTORY)) {
            open.addLast(new Directory(name, new DirectoryImporter(options, sink, metadata)));
        } else if (part.type().startsWith(MultipartBody.SYMLINK)) {
            byte[] target = part.content().readNBytes(TARGET + 1);
            if (target.length > TARGET) {
                throw new MalformedException("the target of a symbolic link of more than " + TARGET + " bytes");
            }
            put(name, DirectoryImporter.symlink(options, sink, new String(target, StandardCharsets.UTF_8), metadata));
        } else {
            put(name, new FileImporter(options, sink).add(part.content(), metadata));
        }
    }

    private static List<String> elements(String path) {
        List<String> elements = new ArrayList<>();
        for (String element : path.split("/")) {
            if (element.equals("..")) {
                throw new MalformedException("the path " + MalformedException.quote(path) + " leads upwards");
            }
            if (!element.isEmpty() && !element.equals(".")) {
                elements.add(element);
            }
        }
        return elements;
    }

    /** The attributes that are kept; Kubo's clients tell them always. */
    private Metadata metadata(String attributes) {
        if (attributes.isEmpty() || !given.mode() && !given.mtime()) {
            return Metadata.NONE;
        }
        Map<String, String> told = new HttpRequest("POST", "/?" + attributes, HttpHeaders.NONE).query();
        Metadata metadata = Metadata.NONE;
        try {
            if (given.mode() && told.containsKey("mode")) {
                metadata = metadata.withMode(permissions(Long.parseLong(told.get("mode"), 8)));
            }
            if (given.mtime() && told.containsKey("mtime")) {
                metadata = metadata.withTime(
                        Long.parseLong(told.get("mtime")), Integer.parseInt(told.getOrDefault("mtime-nsecs", "0")));
            }
        } catch (NumberFormatException e) {
            throw new MalformedException("malformed attributes of a file: " + MalformedException.quote(attributes));
        }
        return metadata;
    }

    /** Permissions as POSIX has them, of a mode as POSIX or as Go has it: there the three uppermost stand elsewhere. */
    private static int permissions(long mode) {
        int permissions = (int) (mode & 07777);
        permissions |= (mode & 1L << 23) != 0 ? 04000 : 0;
        permissions |= (mode & 1L << 22) != 0 ? 02000 : 0;
        permissions |= (mode & 1L << 20) != 0 ? 01000 : 0;
        return permissions;
    }

    /** Closes the directories that are over, and opens those that are not open yet. */
    private void enter(List<String> path) throws IOException {
        int same = 0;
        for (Directory directory : open) {
            if (same == path.size() || !directory.name.equals(path.get(same))) {
                break;
            }
            same++;
        }
        while (open.size() > same) {
            leave();
        }
        for (String name : path.subList(same, path.size())) {
            open.addLast(new Directory(name, new DirectoryImporter(options, sink, Metadata.NONE)));
        }
    }

    private void leave() throws IOException {
        Directory directory = open.removeLast();
        put(directory.name, directory.importer.finish());
    }

    private void put(String name, Imported imported) throws IOException {
        StringBuilder path = new StringBuilder();
        open.forEach(directory -> path.append(directory.name).append('/'));
        listener.added(path + name, imported);
        if (open.isEmpty()) {
            roots.add(new Root(name, imported));
        } else {
            open.getLast().importer.add(name, imported);
        }
    }

    /** The roots, when all parts were added. */
    List<Root> finish() throws IOException {
        while (!open.isEmpty()) {
            leave();
        }
        return roots;
    }
}
