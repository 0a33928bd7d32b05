package libp2p.node.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.blocks.BlockWriter;
import libp2p.blocks.Pins;
import libp2p.core.host.PeerAddress;
import libp2p.fetch.Fetcher;
import libp2p.graphsync.GraphSync;
import libp2p.graphsync.GraphSyncRequest;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.RequestContext;
import libp2p.ipld.BlockSink;
import libp2p.ipld.selector.Selector;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.PathResolver;
import libp2p.ipld.unixfs.DirectoryImporter;
import libp2p.ipld.unixfs.Imported;
import libp2p.ipld.unixfs.Metadata;
import libp2p.ipld.unixfs.TarOutput;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.ipld.unixfs.UnixFsType;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.node.control.Arguments;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.MultipartBody;
import libp2p.node.control.MultipartReader;
import libp2p.node.control.Operation;
import libp2p.node.control.Responses;
import org.jspecify.annotations.Nullable;

/** The commands on files: {@code add}, {@code cat}, {@code get} and {@code ls}, as Kubo's RPC has them. */
final class FileOperations {
    /** The trailer of {@code get} with the blocks that came from peers, and how many of them came twice. */
    static final String BLOCKS = "X-Blocks";

    /** See {@link #BLOCKS}. */
    static final String DUPLICATES = "X-Duplicates";

    /** Entries that are told at once, when their blocks are durable. */
    private static final int ENTRIES = 1024;

    /** Bytes after which progress is told. */
    private static final long STEP = 4 << 20;

    private final ContentAccess access;

    FileOperations(ContentAccess access) {
        this.access = access;
    }

    void addTo(Map<String, Operation> operations) {
        operations.put(ControlHandler.KUBO + "add", this::add);
        operations.put(ControlHandler.KUBO + "cat", this::cat);
        operations.put(ControlHandler.KUBO + "get", this::get);
        operations.put(ControlHandler.KUBO + "ls", this::ls);
    }

    // ------------------------------------------------------------------------------------------------------------ add

    private HttpResponse add(HttpRequest request) {
        List<String> known = new ArrayList<>(AddOptions.OPTIONS);
        // what the client does itself, and tells all the same
        known.addAll(List.of("quiet", "q", "quieter", "Q", "silent", "recursive", "r", "hidden"));
        known.addAll(List.of("dereference-args", "dereference-symlinks", "stdin-name", "H"));
        known.addAll(List.of("ignore", "ignore-rules-path"));
        Arguments arguments = Arguments.of(request, known.toArray(String[]::new));
        arguments.none();
        AddOptions options = AddOptions.of(arguments);
        MultipartReader files = MultipartReader.of(request);
        return Responses.lines(lines -> add(request.context(), options, files, lines));
    }

    private void add(RequestContext context, AddOptions options, MultipartReader files, Responses.Lines lines)
            throws IOException {
        try (BlockWriter writer = new BlockWriter(access.environment(), access.blocks())) {
            Told told = new Told(writer, lines, options.progress());
            BlockSink sink = block -> {
                context.check();
                if (!options.onlyHash()) {
                    writer.put(block);
                }
                told.progress(block.size());
            };
            UploadedTree tree = new UploadedTree(options, sink, told::add);
            for (MultipartBody.Part part = files.next(); part != null; part = files.next()) {
                tree.add(part);
            }
            List<UploadedTree.Root> roots = tree.finish();
            if (options.wrap()) {
                DirectoryImporter wrapping = new DirectoryImporter(options.layout(), sink, Metadata.NONE);
                for (UploadedTree.Root root : roots) {
                    wrapping.add(
                            root.name().isEmpty() ? root.imported().cid().toString() : root.name(), root.imported());
                }
                Imported root = wrapping.finish();
                roots = List.of(new UploadedTree.Root("", root));
                told.add("", root);
            }
            writer.flush();
            if (options.pin() && !options.onlyHash()) {
                for (UploadedTree.Root root : roots) {
                    access.store().pins().add(root.imported().cid(), Pins.Kind.RECURSIVE, writer);
                }
            }
            told.flush();
        }
    }

    /** Says what was added once its blocks are durable, and of the last ones once they are pinned. */
    private static final class Told {
        private final BlockWriter writer;
        private final Responses.Lines lines;
        private final boolean progress;
        private final List<Map<String, Object>> added = new ArrayList<>();
        private long bytes;
        private long last;

        Told(BlockWriter writer, Responses.Lines lines, boolean progress) {
            this.writer = writer;
            this.lines = lines;
            this.progress = progress;
        }

        void progress(long more) throws IOException {
            bytes += more;
            if (progress && bytes - last >= STEP) {
                last = bytes;
                lines.line(Map.of("Name", "", "Bytes", bytes));
            }
        }

        void add(String path, Imported imported) throws IOException {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("Name", path.isEmpty() ? imported.cid() : path);
            line.put("Hash", imported.cid());
            line.put("Size", Long.toString(imported.cumulativeSize()));
            line.put("FileBytes", imported.isFile() ? imported.fileSize() : imported.cumulativeSize());
            added.add(line);
            if (added.size() == ENTRIES) {
                flush();
            }
        }

        void flush() throws IOException {
            writer.flush();
            for (Map<String, Object> line : added) {
                lines.line(line);
            }
            added.clear();
        }
    }

    // ------------------------------------------------------------------------------------------- cat, get and ls

    private HttpResponse cat(HttpRequest request) {
        Arguments arguments = PeerChoice.arguments(request, "offset", "o", "length", "l", "progress", "p");
        PeerChoice peers = PeerChoice.of(arguments);
        List<String> paths = arguments.some("ipfs-path");
        long offset = arguments.number("offset", arguments.number("o", 0));
        long length = arguments.number("length", arguments.number("l", Long.MAX_VALUE));
        return Responses.bytes("text/plain", out -> {
            for (String path : paths) {
                peers.fetching(access, request, path, (fetcher, immutable) -> {
                    Cid cid = new PathResolver(fetcher).resolve(immutable).cid();
                    try (InputStream in = new UnixFsReader(fetcher).open(cid, offset, length)) {
                        return in.transferTo(out);
                    }
                });
            }
        });
    }

    private HttpResponse get(HttpRequest request) {
        Arguments arguments = PeerChoice.arguments(
                request, "archive", "a", "progress", "p", "output", "o", "pin", "selector", "compress");
        arguments.only("compress", "false");
        PeerChoice peers = PeerChoice.of(arguments);
        String path = arguments.one("ipfs-path");
        String selector = arguments.option("selector", "");
        boolean pin = arguments.has("pin");
        Fetcher.@Nullable Received[] received = new Fetcher.Received[1];
        HttpResponse response = Responses.bytes("application/x-tar", out -> {
            received[0] = peers.fetching(access, request, path, (fetcher, immutable) -> {
                if (!selector.isEmpty()) {
                    select(peers, immutable, Selector.ofJson(selector));
                }
                Cid cid = new PathResolver(fetcher).resolve(immutable).cid();
                if (peers.hasGateways()) {
                    fetcher.download(cid, Budget.OWN);
                }
                List<String> rest = PathResolver.rest(immutable);
                new TarOutput(fetcher, out).write(cid, rest.isEmpty() ? cid.toString() : rest.getLast());
                fetcher.flush();
                if (pin) {
                    access.store().pins().add(cid, Pins.Kind.RECURSIVE, fetcher);
                }
                return fetcher.received();
            });
        });
        return new HttpResponse(response.status(), response.headers(), -1, response.body(), () -> {
            Fetcher.Received all = received[0];
            return all == null
                    ? HttpHeaders.NONE
                    : HttpHeaders.of(
                            Map.of(BLOCKS, Long.toString(all.blocks()), DUPLICATES, Long.toString(all.duplicates())));
        });
    }

    /** Asks the peers one after the other for what the selector reaches, until one has had all of it. */
    private void select(PeerChoice peers, String path, Selector wanted) throws IOException {
        GraphSync graphSync = access.hosting().open().find(GraphSync.class).orElseThrow();
        for (String peer : peers.peers()) {
            try (GraphSyncRequest asked = graphSync.request(PeerAddress.parse(peer), PathResolver.root(path), wanted)) {
                if (asked.run(visit -> {}).isComplete()) {
                    return;
                }
            }
        }
    }

    private HttpResponse ls(HttpRequest request) {
        Arguments arguments =
                PeerChoice.arguments(request, "headers", "v", "resolve-type", "size", "stream", "s", "human", "H");
        PeerChoice peers = PeerChoice.of(arguments);
        List<String> paths = arguments.some("ipfs-path");
        boolean types = arguments.has("resolve-type", true);
        boolean sizes = arguments.has("size", true);
        boolean stream = arguments.has("stream") || arguments.has("s");
        return Responses.lines(lines -> {
            List<Map<String, ?>> objects = new ArrayList<>();
            for (String path : paths) {
                List<Map<String, ?>> links = peers.fetching(access, request, path, (fetcher, immutable) -> {
                    List<Map<String, ?>> listed = new ArrayList<>();
                    UnixFsReader reader = new UnixFsReader(fetcher);
                    Cid cid = new PathResolver(fetcher).resolve(immutable).cid();
                    reader.list(cid, entry -> {
                        request.context().check();
                        Map<String, ?> link = link(reader, entry, types, sizes);
                        if (stream) {
                            lines.line(Map.of("Objects", List.of(Map.of("Hash", path, "Links", List.of(link)))));
                        } else {
                            listed.add(link);
                        }
                        return true;
                    });
                    return listed;
                });
                objects.add(Map.of("Hash", path, "Links", links));
            }
            if (!stream) {
                lines.line(Map.of("Objects", objects));
            }
        });
    }

    private static Map<String, ?> link(UnixFsReader reader, UnixFsReader.Entry entry, boolean types, boolean sizes)
            throws IOException {
        Cid cid = entry.cid();
        boolean unixfs = cid.codec() == Multicodec.DAG_PB;
        boolean raw = cid.codec() == Multicodec.RAW;
        UnixFsType type = raw ? UnixFsType.FILE : types && unixfs ? reader.type(cid) : null;
        Map<String, Object> link = new LinkedHashMap<>();
        link.put("Name", entry.name());
        link.put("Hash", cid);
        String target = type == UnixFsType.SYMLINK ? reader.target(cid) : "";
        link.put("Size", raw ? entry.tsize() : sizes && type == UnixFsType.FILE ? reader.size(cid) : length(target));
        link.put("Type", type == null ? 0 : type == UnixFsType.DIRECTORY ? 1 : type == UnixFsType.FILE ? 2 : 4);
        link.put("Target", target);
        link.put("Tsize", entry.tsize());
        return link;
    }

    private static long length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
