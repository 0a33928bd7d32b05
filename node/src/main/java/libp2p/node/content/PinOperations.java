package libp2p.node.content;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import libp2p.blocks.Pins;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.traversal.PathResolver;
import libp2p.multiformats.Cid;
import libp2p.node.control.Arguments;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.Operation;
import libp2p.node.control.Responses;

/** The commands on pins, as Kubo's RPC has them. */
final class PinOperations {
    private final ContentAccess access;

    PinOperations(ContentAccess access) {
        this.access = access;
    }

    void addTo(Map<String, Operation> operations) {
        operations.put(ControlHandler.KUBO + "pin/add", this::add);
        operations.put(ControlHandler.KUBO + "pin/ls", this::list);
        operations.put(ControlHandler.KUBO + "pin/rm", this::remove);
    }

    private HttpResponse add(HttpRequest request) throws IOException {
        Arguments arguments = PeerChoice.arguments(request, "recursive", "r", "progress");
        PeerChoice peers = PeerChoice.of(arguments);
        boolean recursive = arguments.has("recursive", arguments.has("r", true));
        List<String> paths = arguments.some("ipfs-path");
        Pins.Kind kind = recursive ? Pins.Kind.RECURSIVE : Pins.Kind.DIRECT;
        List<Cid> pinned = new ArrayList<>();
        for (String path : paths) {
            pinned.add(peers.fetching(access, request, path, (fetcher, immutable) -> {
                Cid cid = new PathResolver(fetcher).resolve(immutable).cid();
                access.store().pins().add(cid, kind, fetcher);
                return cid;
            }));
        }
        return Responses.object(Map.of("Pins", pinned));
    }

    private HttpResponse list(HttpRequest request) throws IOException {
        Arguments arguments = Arguments.of(request, "type", "t", "quiet", "q", "stream", "s", "names", "n");
        String type = arguments.option("type", arguments.option("t", "all"));
        if (!List.of("all", "direct", "recursive").contains(type)) {
            throw new IllegalArgumentException("the type is all, direct or recursive, not \"" + type + "\"");
        }
        boolean stream = arguments.has("stream") || arguments.has("s");
        List<Cid> wanted = new ArrayList<>();
        for (String path : arguments.all()) {
            wanted.add(Cid.parse(path.startsWith("/ipfs/") ? path.substring("/ipfs/".length()) : path));
        }
        List<Pins.Pin> pins = new ArrayList<>();
        for (Pins.Pin pin : access.store().pins().list()) {
            if ((type.equals("all") || type.equals(word(pin.kind())))
                    && (wanted.isEmpty() || wanted.contains(pin.cid()))) {
                pins.add(pin);
            }
        }
        for (Cid cid : wanted) {
            if (pins.stream().noneMatch(pin -> pin.cid().equals(cid))) {
                throw new BlockNotFoundException(cid, "it is not pinned");
            }
        }
        return Responses.lines(lines -> {
            Map<String, Object> keys = new LinkedHashMap<>();
            for (Pins.Pin pin : pins) {
                Map<String, Object> told = new LinkedHashMap<>();
                told.put("Type", word(pin.kind()));
                told.put("Name", "");
                told.put(
                        "Owners",
                        pin.owners().keySet().stream()
                                .map(o -> o.isEmpty() ? "own" : o)
                                .toList());
                if (stream) {
                    told.put("Cid", pin.cid());
                    lines.line(told);
                } else {
                    keys.put(pin.cid().toString(), told);
                }
            }
            if (!stream) {
                lines.line(Map.of("Keys", keys));
            }
        });
    }

    private HttpResponse remove(HttpRequest request) throws IOException {
        Arguments arguments = Arguments.of(request, "recursive", "r");
        List<Cid> cids = new ArrayList<>();
        for (String path : arguments.some("ipfs-path")) {
            cids.add(PathResolver.root(path));
        }
        Pins pins = access.store().pins();
        for (Cid cid : cids) { // nothing is removed where one of them is not there
            if (!pins.has(cid, Pins.OWN)) {
                Pins.Pin others = pins.get(cid);
                throw new BlockNotFoundException(
                        cid,
                        others == null
                                ? "it is not pinned"
                                : "it is pinned for others alone, who give it up themselves: "
                                        + String.join(", ", others.owners().keySet()));
            }
        }
        Map<String, List<String>> left = new LinkedHashMap<>();
        for (Cid cid : cids) {
            pins.remove(cid);
            Pins.Pin others = pins.get(cid);
            if (others != null) {
                left.put(cid.toString(), List.copyOf(others.owners().keySet()));
            }
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("Pins", cids);
        answer.put("Kept", left);
        return Responses.object(answer);
    }

    private static String word(Pins.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
