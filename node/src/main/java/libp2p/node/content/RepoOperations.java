package libp2p.node.content;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.blocks.GarbageCollector;
import libp2p.fetch.Fetcher;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipfs.Verification;
import libp2p.ipld.BlockNotFoundException;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.node.control.Arguments;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.Operation;
import libp2p.node.control.Responses;
import org.jspecify.annotations.Nullable;

/** The commands on the store as a whole: {@code repo} as Kubo's RPC has it, and what is announced. */
final class RepoOperations {
    /** The version of the layout that {@code repo stat} tells. */
    private static final String VERSION = "java-libp2p@1";

    private final ContentAccess access;
    private final String folder;

    /** @param folder of the store, for {@code repo stat} */
    RepoOperations(ContentAccess access, String folder) {
        this.access = access;
        this.folder = folder;
    }

    void addTo(Map<String, Operation> operations) {
        operations.put(ControlHandler.KUBO + "repo/stat", this::stat);
        operations.put(ControlHandler.KUBO + "repo/gc", this::collect);
        operations.put(ControlHandler.KUBO + "repo/verify", this::verify);
        operations.put(ControlHandler.OWN + "provide", this::provide);
    }

    private HttpResponse stat(HttpRequest request) throws IOException {
        Arguments arguments = Arguments.of(request, "size-only", "s", "human", "H");
        arguments.none();
        long[] counts = new long[2];
        access.store().blocks().forEach((hash, size) -> {
            request.context().check();
            counts[0]++;
            counts[1] += size;
        });
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("RepoSize", counts[1]);
        answer.put("StorageMax", 0); // no bound of its own: the disk's
        if (!arguments.has("size-only") && !arguments.has("s")) {
            answer.put("NumObjects", counts[0]);
            answer.put("RepoPath", folder);
            answer.put("Version", VERSION);
        }
        return Responses.object(answer);
    }

    private HttpResponse collect(HttpRequest request) {
        Arguments arguments = Arguments.of(request, "stream-errors", "quiet", "q", "silent", "summary");
        arguments.none();
        boolean silent = arguments.has("silent");
        boolean summary = arguments.has("summary"); // which Kubo lacks
        return Responses.lines(lines -> {
            GarbageCollector.Result result = access.store().collectGarbage(new GarbageCollector.Listener() {
                @Override
                public void visited() throws IOException {
                    request.context().check();
                }

                @Override
                public void removed(Multihash hash) throws IOException {
                    if (!silent) {
                        lines.line(Map.of("Key", Map.of("/", Cid.v1(Multicodec.RAW, hash))));
                    }
                }
            });
            long freed = access.store().compact();
            for (GarbageCollector.BrokenPin broken : result.broken()) {
                Cid cid = broken.pin().cid();
                Map<String, Object> line = new LinkedHashMap<>();
                line.put(
                        "Error",
                        "the pin " + cid + " is not whole: " + broken.missing()
                                + " is not here; what is here of it was kept");
                line.put("Broken", cid);
                line.put("Missing", broken.missing());
                lines.line(line);
            }
            if (!summary) {
                return;
            }
            Map<String, Object> sum = new LinkedHashMap<>();
            sum.put("Removed", result.removed());
            sum.put("RemovedBytes", result.removedBytes());
            sum.put("Kept", result.kept());
            sum.put("Freed", freed);
            lines.line(sum);
        });
    }

    // --------------------------------------------------------------------------------------------------------- verify

    private HttpResponse verify(HttpRequest request) {
        Arguments arguments = PeerChoice.arguments(request, "heal", "accept-pins", "drop", "heal-timeout");
        arguments.none();
        arguments.only("drop", "false");
        arguments.only("heal-timeout", "30s");
        PeerChoice peers = PeerChoice.of(arguments);
        boolean heal = arguments.has("heal");
        boolean accept = arguments.has("accept-pins");
        return Responses.lines(lines -> verify(request, peers, heal, accept, lines));
    }

    /** Tells one thing as Kubo does, and in fields of its own for programs. */
    private static void tell(Responses.Lines lines, String event, String message, Object... fields) throws IOException {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("Msg", message);
        line.put("Progress", 0);
        line.put("Event", event);
        for (int i = 0; i < fields.length; i += 2) {
            line.put(fields[i].toString(), fields[i + 1]);
        }
        lines.line(line);
    }

    private void verify(HttpRequest request, PeerChoice peers, boolean heal, boolean accept, Responses.Lines lines)
            throws IOException {
        String doubt = doubt(accept, lines);
        Verification verification = new Verification(access.store());
        List<Verification.Damage> damages = verification.read(bytes -> {
            request.context().check();
            lines.line(Map.of("Progress", verification.blocks(), "Bytes", bytes));
        });
        List<Verification.Lack> lacks = verification.lacks();
        tellAll(damages, lacks, lines);
        if (heal && !lacks.isEmpty()) {
            lacks = heal(request, peers, verification, lacks, lines);
        }
        Set<Cid> broken = new LinkedHashSet<>();
        lacks.forEach(lack -> broken.add(lack.pin().cid()));
        tell(
                lines,
                "verified",
                "verified " + verification.blocks() + " blocks of " + verification.bytes() + " bytes: " + damages.size()
                        + " damaged, " + broken.size() + " pins not whole",
                "blocks",
                verification.blocks(),
                "bytes",
                verification.bytes(),
                "damaged",
                damages.size(),
                "broken",
                broken.size(),
                "missing",
                lacks.size());
        if (doubt != null) {
            throw new IOException(doubt + ". Pin again what is missing, or put the file back; or go on with the pins"
                    + " that are there: --accept-pins");
        }
        boolean isIll = damages.stream().anyMatch(damage -> !heal || !damage.isMissing());
        if (!broken.isEmpty() || isIll) {
            throw new IOException(damages.size() + " blocks are damaged and " + broken.size() + " pins are not whole"
                    + (heal ? ": no peer that was asked has what is missing" : "; --heal gets what pins lack"));
        }
    }

    /** Why the pins are not to be relied on, or null. */
    private @Nullable String doubt(boolean accept, Responses.Lines lines) throws IOException {
        String doubt = access.store().pins().doubt();
        if (doubt != null && accept) {
            access.store().pins().accept();
            int count = access.store().pins().list().size();
            tell(lines, "accepted", "accepted " + count + " pins; " + doubt, "pins", count);
            return null;
        }
        return doubt;
    }

    private static void tellAll(List<Verification.Damage> damages, List<Verification.Lack> lacks, Responses.Lines lines)
            throws IOException {
        Map<Multihash, Cid> named = new HashMap<>();
        lacks.forEach(lack -> named.put(lack.cid().hash(), lack.cid()));
        for (Verification.Damage damage : damages) {
            Multihash hash = damage.hash();
            Cid cid = hash == null ? null : named.get(hash);
            if (hash == null) {
                tell(lines, "damaged", "damaged: " + damage.reason(), "details", damage.reason());
            } else {
                Object name = cid == null ? hash : cid;
                String kind = cid == null ? "multihash" : "cid";
                String reason = damage.reason();
                tell(lines, "damaged", "damaged " + name + ": " + reason, kind, name, "details", reason);
            }
        }
        for (Verification.Lack lack : lacks) {
            tell(
                    lines,
                    "missing",
                    "the pin " + lack.pin().cid() + " is not whole: " + lack.cid() + ": " + lack.reason(),
                    "pin",
                    lack.pin().cid(),
                    "cid",
                    lack.cid(),
                    "details",
                    lack.reason());
        }
    }

    private List<Verification.Lack> heal(
            HttpRequest request,
            PeerChoice peers,
            Verification verification,
            List<Verification.Lack> lacks,
            Responses.Lines lines)
            throws IOException {
        try (Fetcher fetcher = peers.fetcher(access, lacks.getFirst().pin().cid())) {
            request.context().whenLeft(fetcher::close);
            return verification.heal(fetcher, new Verification.Healing() {
                @Override
                public void healed(Cid cid) throws IOException {
                    tell(lines, "healed", "healed " + cid, "cid", cid);
                }

                @Override
                public void failed(Cid cid, String reason) throws IOException {
                    tell(lines, "unhealed", "still missing " + cid + ": " + reason, "cid", cid, "details", reason);
                }
            });
        }
    }

    private HttpResponse provide(HttpRequest request) throws IOException {
        Arguments arguments = Arguments.of(request);
        List<Cid> roots = arguments.some("cid").stream().map(Cid::parse).toList();
        for (Cid root : roots) {
            if (!access.blocks().has(root)) {
                throw new BlockNotFoundException(root, "it is not stored here");
            }
        }
        if (!access.announcer().announce(roots)) {
            throw new IOException("no peer can be told: no node with a DHT runs on this data directory");
        }
        return Responses.object(Map.of("Provided", roots));
    }
}
