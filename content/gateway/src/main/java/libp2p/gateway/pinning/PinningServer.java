package libp2p.gateway.pinning;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import libp2p.core.resource.LimitExceededException;
import libp2p.delegated.pinning.PinRequest;
import libp2p.delegated.pinning.PinStatus;
import libp2p.delegated.pinning.PinningLimits;
import libp2p.http.HttpHandler;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.Node;
import libp2p.ipld.codec.PlainJson;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /pins} and {@code /pins/ID} for the holders of a token. All requests of the service are seen by every
 * holder. Thread-safe.
 */
public final class PinningServer implements HttpHandler {
    /** The path that it answers with all below it. */
    public static final String PATH = "/pins";

    private static final int SHOWN = 10;
    private static final int MOST_SHOWN = 1000;
    private static final int MOST_CIDS = 10;

    private final PinQueue queue;
    private final byte[] token;
    private final Supplier<List<String>> delegates;
    private final PinningLimits limits;

    /**
     * A server over a queue.
     *
     * @param token that clients bring, of 16 characters at least
     * @param delegates addresses of this host, with its id
     */
    public PinningServer(PinQueue queue, String token, Supplier<List<String>> delegates, PinningLimits limits) {
        if (token.length() < 16) {
            throw new IllegalArgumentException("a token of less than 16 characters can be guessed");
        }
        this.queue = queue;
        this.token = ("Bearer " + token).getBytes(UTF_8);
        this.delegates = delegates;
        this.limits = limits;
    }

    @Override
    public HttpResponse handle(HttpRequest request) throws IOException {
        if (request.method().equals("OPTIONS")) {
            return HttpResponse.of(200, headers(), "");
        }
        byte[] given = request.header("authorization").getBytes(UTF_8);
        if (!MessageDigest.isEqual(token, given)) {
            return failure(401, "UNAUTHORIZED", "the token is missing or wrong");
        }
        try {
            String path = request.path();
            if (!path.equals(PATH) && !path.startsWith(PATH + "/")) {
                return failure(404, "NOT_FOUND", "there is only " + PATH);
            }
            String id = path.substring(Math.min(PATH.length() + 1, path.length()));
            return id.isEmpty() ? all(request) : one(request, id);
        } catch (MalformedException e) {
            return failure(400, "BAD_REQUEST", String.valueOf(e.getMessage()));
        } catch (LimitExceededException e) {
            return failure(409, "INSUFFICIENT_FUNDS", String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Access-Control-Allow-Origin", "*");
        headers.put("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
        headers.put("Access-Control-Allow-Headers", "Authorization, Content-Type");
        headers.put("Cache-Control", "no-store");
        headers.put("Content-Type", "application/json");
        headers.put("X-Content-Type-Options", "nosniff");
        return headers;
    }

    private static HttpResponse failure(int status, String reason, String details) {
        LinkedHashMap<String, Node> error = new LinkedHashMap<>();
        error.put("reason", new Node.Text(reason));
        error.put("details", new Node.Text(details));
        LinkedHashMap<String, Node> map = new LinkedHashMap<>();
        map.put("error", new Node.Mapping(error));
        return HttpResponse.of(status, headers(), PlainJson.text(new Node.Mapping(map)));
    }

    private HttpResponse status(int code, @Nullable PinStatus status) {
        return status == null
                ? failure(404, "NOT_FOUND", "no such request")
                : HttpResponse.of(code, headers(), PlainJson.text(shown(status).json()));
    }

    private PinStatus shown(PinStatus status) {
        List<String> addresses = delegates.get();
        return status.withDelegates(addresses.subList(0, Math.min(limits.origins(), addresses.size())));
    }

    private HttpResponse all(HttpRequest request) throws IOException {
        return switch (request.method()) {
            case "POST" -> status(202, queue.add(read(request.body())));
            case "GET" -> list(request.query());
            default -> failure(405, "BAD_REQUEST", "only GET and POST");
        };
    }

    private HttpResponse one(HttpRequest request, String id) throws IOException {
        return switch (request.method()) {
            case "GET" -> status(200, queue.get(id));
            case "POST" -> status(202, queue.replace(id, read(request.body())));
            case "DELETE" ->
                queue.remove(id) ? HttpResponse.of(202, headers(), "") : failure(404, "NOT_FOUND", "no such request");
            default -> failure(405, "BAD_REQUEST", "only GET, POST and DELETE");
        };
    }

    private PinRequest read(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(limits.bodyBytes() + 1);
        if (bytes.length > limits.bodyBytes()) {
            throw new MalformedException("a request of more than " + limits.bodyBytes() + " bytes");
        }
        return PinRequest.read(PlainJson.decode(bytes), limits);
    }

    private HttpResponse list(Map<String, String> query) {
        int most = SHOWN;
        if (query.containsKey("limit")) {
            String text = query.get("limit");
            most = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
            if (most < 1 || most > MOST_SHOWN) {
                throw new MalformedException("a limit is 1 to " + MOST_SHOWN);
            }
        }
        Filter filter = Filter.of(query, limits);
        List<Node> shown = new ArrayList<>();
        int count = 0;
        for (PinStatus status : queue.list()) {
            if (filter.takes(status)) {
                count++;
                if (shown.size() < most) {
                    shown.add(shown(status).json());
                }
            }
        }
        LinkedHashMap<String, Node> map = new LinkedHashMap<>();
        map.put("count", new Node.Int(java.math.BigInteger.valueOf(count)));
        map.put("results", new Node.Sequence(shown));
        return HttpResponse.of(200, headers(), PlainJson.text(new Node.Mapping(map)));
    }

    /** The requests that a client wants to see. */
    private record Filter(
            Set<String> hashes,
            String name,
            String match,
            Set<PinStatus.State> states,
            @Nullable Instant before,
            @Nullable Instant after,
            Map<String, String> meta) {
        static Filter of(Map<String, String> query, PinningLimits limits) {
            Set<String> hashes = new TreeSet<>();
            for (String cid : words(query.get("cid"))) {
                hashes.add(Cid.parse(cid).hash().toString());
            }
            if (hashes.size() > MOST_CIDS) {
                throw new MalformedException("at most " + MOST_CIDS + " CIDs");
            }
            Set<PinStatus.State> states = new TreeSet<>();
            words(query.getOrDefault("status", PinStatus.State.PINNED.word()))
                    .forEach(word -> states.add(PinStatus.State.of(word)));
            String match = query.getOrDefault("match", "exact");
            if (!List.of("exact", "iexact", "partial", "ipartial").contains(match)) {
                throw new MalformedException("no match " + MalformedException.quote(match));
            }
            return new Filter(
                    hashes,
                    query.getOrDefault("name", ""),
                    match,
                    states,
                    query.containsKey("before") ? PinStatus.time(query.get("before")) : null,
                    query.containsKey("after") ? PinStatus.time(query.get("after")) : null,
                    query.containsKey("meta")
                            ? PinRequest.texts(
                                    PlainJson.decode(query.get("meta").getBytes(UTF_8)), limits.meta())
                            : Map.of());
        }

        private static List<String> words(@Nullable String text) {
            return text == null || text.isEmpty() ? List.of() : List.of(text.split(","));
        }

        boolean takes(PinStatus status) {
            PinRequest request = status.request();
            return states.contains(status.state())
                    && (hashes.isEmpty() || hashes.contains(request.cid().hash().toString()))
                    && (name.isEmpty() || isNamed(request.name()))
                    && (before == null || status.created().isBefore(before))
                    && (after == null || status.created().isAfter(after))
                    && request.meta().entrySet().containsAll(meta.entrySet());
        }

        private boolean isNamed(String given) {
            String wanted = match.startsWith("i") ? name.toLowerCase(Locale.ROOT) : name;
            String found = match.startsWith("i") ? given.toLowerCase(Locale.ROOT) : given;
            return match.endsWith("partial") ? found.contains(wanted) : found.equals(wanted);
        }
    }
}
