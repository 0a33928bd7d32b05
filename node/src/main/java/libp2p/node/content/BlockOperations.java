package libp2p.node.content;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.blocks.BlockWriter;
import libp2p.blocks.Pins;
import libp2p.blocks.ReachableBlocks;
import libp2p.blocks.car.CarReader;
import libp2p.blocks.car.CarWriter;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.RequestContext;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSink;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.ipld.codec.Codec;
import libp2p.ipld.codec.DagJson;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.DagWalk;
import libp2p.ipld.traversal.PathResolver;
import libp2p.multiformats.Cid;
import libp2p.multiformats.HashFunction;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.node.control.Arguments;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.MultipartBody;
import libp2p.node.control.MultipartReader;
import libp2p.node.control.Operation;
import libp2p.node.control.Responses;

/** The commands on blocks, values and whole graphs: {@code block} and {@code dag}, as Kubo's RPC has them. */
final class BlockOperations {
    /** Bytes of one value or block that is uploaded. */
    private static final int MOST = 8 << 20;

    private static final int BUFFER = 1 << 17;

    private final ContentAccess access;

    BlockOperations(ContentAccess access) {
        this.access = access;
    }

    void addTo(Map<String, Operation> operations) {
        operations.put(ControlHandler.KUBO + "block/get", this::get);
        operations.put(ControlHandler.KUBO + "block/stat", this::stat);
        operations.put(ControlHandler.KUBO + "block/put", this::put);
        operations.put(ControlHandler.KUBO + "block/rm", this::remove);
        operations.put(ControlHandler.KUBO + "dag/get", this::value);
        operations.put(ControlHandler.KUBO + "dag/put", this::putValue);
        operations.put(ControlHandler.KUBO + "dag/import", this::importArchives);
        operations.put(ControlHandler.KUBO + "dag/export", this::export);
    }

    private <T> T withFetcher(HttpRequest request, Arguments arguments, PeerChoice.Work<T> work) throws IOException {
        return PeerChoice.of(arguments).fetching(access, request, arguments.one("cid"), work);
    }

    private byte[] block(HttpRequest request, Arguments arguments) throws IOException {
        return withFetcher(
                request,
                arguments,
                (fetcher, path) ->
                        fetcher.get(new PathResolver(fetcher).resolve(path).cid()));
    }

    private HttpResponse get(HttpRequest request) throws IOException {
        byte[] block = block(request, PeerChoice.arguments(request));
        return Responses.bytes("text/plain", out -> out.write(block));
    }

    private HttpResponse stat(HttpRequest request) throws IOException {
        Arguments arguments = PeerChoice.arguments(request);
        return withFetcher(request, arguments, (fetcher, path) -> {
            Cid cid = new PathResolver(fetcher).resolve(path).cid();
            return Responses.object(told(cid, fetcher.get(cid).length));
        });
    }

    private static Map<String, ?> told(Cid cid, int size) {
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("Key", cid);
        block.put("Size", size);
        return block;
    }

    private HttpResponse put(HttpRequest request) {
        Arguments arguments = Arguments.of(request, "cid-codec", "mhtype", "mhlen", "pin", "allow-big-block");
        arguments.none();
        String codec = arguments.option("cid-codec", "raw");
        String hash = arguments.option("mhtype", "sha2-256");
        Multicodec content = Multicodec.of(codec);
        Multicodec function = Multicodec.of(hash);
        HashFunction hashing = function == null ? null : HashFunction.of(function.code());
        if (content == null || hashing == null) {
            throw new IllegalArgumentException("no codec " + codec + " or no hash function " + hash);
        }
        if (arguments.number("mhlen", -1) >= 0) {
            throw new IllegalArgumentException("a hash has the length of its function: leave mhlen out");
        }
        boolean isBig = arguments.has("allow-big-block");
        boolean pin = arguments.has("pin");
        MultipartReader files = MultipartReader.of(request);
        return Responses.lines(lines -> {
            for (MultipartBody.Part file = files.next(); file != null; file = files.next()) {
                byte[] data = file.content().readNBytes(MOST + 1);
                int most = isBig ? MOST : IpldLimits.BLOCK_BYTES;
                if (data.length > most) {
                    throw new IllegalArgumentException(
                            "a block of more than " + most + " bytes" + (isBig ? "" : ", which peers do not take"));
                }
                Codec known = Codec.of(content.code());
                if (known != null) {
                    known.decode(data);
                }
                Block block = Block.of(content.code(), hashing, data);
                put(block, pin);
                lines.line(told(block.cid(), data.length));
            }
        });
    }

    private void put(Block block, boolean pin) throws IOException {
        access.blocks().put(block);
        if (pin) {
            access.store().pins().add(block.cid(), Pins.Kind.RECURSIVE, access.blocks());
        }
    }

    private HttpResponse remove(HttpRequest request) {
        Arguments arguments = Arguments.of(request, "force", "f", "quiet", "q", "pinned");
        boolean also = arguments.has("pinned");
        List<String> names = arguments.some("cid");
        boolean force = arguments.has("force") || arguments.has("f");
        boolean quiet = arguments.has("quiet") || arguments.has("q");
        List<Cid> cids = names.stream().map(Cid::parse).toList();
        return Responses.lines(lines -> {
            List<Multihash> hashes = new ArrayList<>();
            List<String> kept = new ArrayList<>();
            Map<Multihash, Cid> pinned = also ? Map.of() : pinned(cids);
            for (Cid cid : cids) {
                Cid root = pinned.get(cid.hash());
                if (root != null) {
                    kept.add("pinned" + (root.equals(cid) ? "" : " below " + root));
                } else if (!force && !access.blocks().has(cid)) {
                    kept.add(new BlockNotFoundException(cid, "it is not stored here").getMessage());
                } else {
                    hashes.add(cid.hash());
                    kept.add("");
                }
            }
            Set<Multihash> removed = new HashSet<>(access.blocks().delete(hashes));
            for (int i = 0; i < cids.size(); i++) {
                if (kept.get(i).isEmpty()
                        && !removed.contains(cids.get(i).hash())
                        && access.blocks().has(cids.get(i))) {
                    kept.set(
                            i,
                            "in use by a fetch, an import or a collection, or too young in a shared store: remove it later");
                }
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("Hash", names.get(i));
                if (!kept.get(i).isEmpty()) {
                    line.put("Error", kept.get(i));
                }
                if (!quiet || !kept.get(i).isEmpty()) {
                    lines.line(line);
                }
            }
        });
    }

    /** The blocks among these that pins keep, each with the root of one of them. */
    private Map<Multihash, Cid> pinned(List<Cid> cids) throws IOException {
        Set<Multihash> asked = new HashSet<>();
        cids.forEach(cid -> asked.add(cid.hash()));
        Map<Multihash, Cid> pinned = new HashMap<>();
        ReachableBlocks reachable = new ReachableBlocks(access.blocks());
        for (Pins.Pin pin : access.store().pins().list()) {
            ReachableBlocks.Found found = cid -> {
                if (asked.contains(cid.hash())) {
                    pinned.putIfAbsent(cid.hash(), pin.cid());
                }
            };
            reachable.of(pin.cid(), pin.kind(), found, (cid, reason) -> found.block(cid));
        }
        return pinned;
    }

    // ------------------------------------------------------------------------------------------------------------ dag

    private static Codec codec(String name) {
        Multicodec code = Multicodec.of(name);
        Codec codec = code == null ? null : Codec.of(code.code());
        if (codec == null) {
            throw new IllegalArgumentException("no codec " + name + "; there are raw, dag-pb, dag-cbor and dag-json");
        }
        return codec;
    }

    private HttpResponse value(HttpRequest request) throws IOException {
        Arguments arguments = PeerChoice.arguments(request, "output-codec");
        Codec codec = codec(arguments.option("output-codec", "dag-json"));
        byte[] value = withFetcher(request, arguments, (fetcher, path) -> {
            PathResolver.Resolved found = new PathResolver(fetcher).resolve(path);
            Node node = found.node() == null ? Codec.of(found.cid()).decode(fetcher.get(found.cid())) : found.node();
            return codec.encode(node);
        });
        return Responses.bytes("text/plain", out -> {
            out.write(value);
            if (codec instanceof DagJson) {
                out.write('\n');
            }
        });
    }

    private HttpResponse putValue(HttpRequest request) {
        Arguments arguments = Arguments.of(request, "input-codec", "store-codec", "pin", "hash", "allow-big-block");
        arguments.none();
        String input = arguments.option("input-codec", "dag-json");
        Codec from = codec(input);
        Codec stored = codec(arguments.option("store-codec", "dag-cbor"));
        String hash = arguments.option("hash", "sha2-256");
        Multicodec function = Multicodec.of(hash);
        HashFunction hashing = function == null ? null : HashFunction.of(function.code());
        if (hashing == null) {
            throw new IllegalArgumentException("no hash function " + hash);
        }
        boolean pin = arguments.has("pin");
        MultipartReader files = MultipartReader.of(request);
        return Responses.lines(lines -> {
            for (MultipartBody.Part file = files.next(); file != null; file = files.next()) {
                byte[] bytes = file.content().readNBytes(MOST + 1);
                if (bytes.length > MOST) {
                    throw new IllegalArgumentException("a value of more than " + MOST + " bytes");
                }
                if (input.endsWith("json")) { // a line's end behind it
                    bytes = new String(bytes, StandardCharsets.UTF_8).strip().getBytes(StandardCharsets.UTF_8);
                }
                Block block = Block.of(stored.code(), hashing, stored.encode(from.decode(bytes)));
                put(block, pin);
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("Cid", Map.of("/", block.cid()));
                line.put("Size", block.size());
                lines.line(line);
            }
        });
    }

    private HttpResponse importArchives(HttpRequest request) {
        Arguments arguments = Arguments.of(request, "pin-roots", "stats", "silent", "allow-big-block", "progress");
        arguments.none();
        boolean pin = arguments.has("pin-roots", true);
        boolean stats = arguments.has("stats");
        boolean silent = arguments.has("silent");
        boolean progress = arguments.has("progress");
        MultipartReader files = MultipartReader.of(request);
        return Responses.lines(lines -> {
            long[] counts = new long[2];
            for (MultipartBody.Part file = files.next(); file != null; file = files.next()) {
                List<Cid> roots = importArchive(request.context(), file, pin, counts, progress ? lines : object -> {});
                for (Cid root : silent ? List.<Cid>of() : roots) {
                    lines.line(Map.of("Root", Map.of("Cid", Map.of("/", root), "PinErrorMsg", "")));
                }
            }
            if (stats) {
                lines.line(Map.of("Stats", Map.of("BlockCount", counts[0], "BlockBytesCount", counts[1])));
            }
        });
    }

    private List<Cid> importArchive(
            RequestContext context, MultipartBody.Part file, boolean pin, long[] counts, Responses.Lines progress)
            throws IOException {
        CarReader car = new CarReader(new BufferedInputStream(file.content(), BUFFER));
        try (BlockWriter writer = new BlockWriter(access.environment(), access.blocks())) {
            long told = counts[1];
            for (Block block = car.next(); block != null; block = car.next()) {
                context.check();
                writer.put(block);
                counts[0]++;
                counts[1] += block.size();
                if (counts[1] - told >= MOST) {
                    told = counts[1];
                    progress.line(Map.of("Bytes", told));
                }
            }
            writer.flush();
            for (Cid root : pin ? car.roots() : List.<Cid>of()) {
                access.store().pins().add(root, Pins.Kind.RECURSIVE, access.blocks());
            }
        }
        return car.roots();
    }

    private HttpResponse export(HttpRequest request) {
        Arguments arguments = PeerChoice.arguments(request, "progress");
        return Responses.bytes(
                "application/vnd.ipld.car",
                out -> withFetcher(request, arguments, (fetcher, path) -> {
                    Cid root = new PathResolver(fetcher).resolve(path).cid();
                    BufferedOutputStream buffered = new BufferedOutputStream(out, BUFFER);
                    BlockSink car = new CarWriter(buffered, new ArrayList<>(List.of(root)));
                    DagWalk walk = new DagWalk(fetcher, Budget.OWN);
                    walk.walk(root, block -> {
                        request.context().check();
                        car.put(block);
                    });
                    buffered.flush();
                    return walk.blocks();
                }));
    }
}
