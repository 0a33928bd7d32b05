package libp2p.gateway.routing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.routing.Results;
import libp2p.delegated.routing.PeerRecord;
import libp2p.delegated.routing.RoutingLimits;
import libp2p.gateway.search.SearchPlaces;
import libp2p.http.HttpHandler;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.RequestContext;
import libp2p.ipld.Node;
import libp2p.ipld.codec.PlainJson;
import libp2p.ipns.IpnsLimits;
import libp2p.ipns.IpnsName;
import libp2p.ipns.IpnsRecord;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /routing/v1/providers/CID}, {@code /routing/v1/peers/ID} and {@code /routing/v1/ipns/NAME}: as JSON,
 * or record by record where the client accepts a stream. Thread-safe.
 */
public final class RoutingServer implements HttpHandler {
    /** The path that it answers with all below it. */
    public static final String PATH = "/routing/v1";

    private static final String JSON = "application/json";
    private static final String STREAM = "application/x-ndjson";
    private static final String RECORD = "application/vnd.ipfs.ipns-record";
    private static final String FOUND = "public, max-age=300, stale-while-revalidate=600, stale-if-error=172800";
    private static final String NOTHING = "public, max-age=15, stale-while-revalidate=60, stale-if-error=3600";

    private final Environment environment;
    private final RoutingBackend backend;
    private final RoutingLimits limits;
    private final SearchPlaces places;

    /** Answers from a backend, within the limits; it is served by an HTTP server and needs no closing. */
    public RoutingServer(Environment environment, RoutingBackend backend, RoutingLimits limits) {
        this.environment = environment;
        this.backend = backend;
        this.limits = limits;
        places = new SearchPlaces(environment, limits);
    }

    @Override
    public HttpResponse handle(HttpRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Access-Control-Allow-Origin", "*");
        headers.put("Access-Control-Allow-Methods", "GET, PUT, OPTIONS");
        headers.put("Access-Control-Allow-Headers", "Content-Type");
        headers.put("X-Content-Type-Options", "nosniff");
        if (request.method().equals("OPTIONS")) {
            return text(200, headers, "");
        }
        try {
            return answer(request, headers);
        } catch (MalformedException e) {
            return text(400, headers, String.valueOf(e.getMessage()));
        } catch (LimitExceededException e) {
            return busy(headers);
        } catch (IOException e) {
            return text(500, headers, "the search failed: " + e.getMessage());
        }
    }

    private static HttpResponse text(int status, Map<String, String> headers, String message) {
        headers.put("Content-Type", "text/plain; charset=utf-8");
        return HttpResponse.of(status, headers, message.isEmpty() ? "" : message + "\n");
    }

    private HttpResponse answer(HttpRequest request, Map<String, String> headers) throws IOException {
        String path = request.path();
        String[] parts =
                path.startsWith(PATH + "/") ? path.substring(PATH.length() + 1).split("/") : new String[0];
        if (parts.length != 2 || parts[1].isEmpty()) {
            return text(404, headers, "there is only providers, peers and ipns");
        }
        boolean names = parts[0].equals("ipns");
        if (!request.method().equals("GET") && !(names && request.method().equals("PUT"))) {
            return text(405, headers, "not with this method");
        }
        Deadline deadline = Deadline.after(environment, limits.deadline());
        switch (parts[0]) {
            case "providers":
                Cid cid = Cid.parse(parts[1]);
                return records(request, headers, "Providers", () -> backend.providers(cid, deadline));
            case "peers":
                PeerId peer = PeerId.parse(parts[1]);
                return records(request, headers, "Peers", () -> backend.peer(peer, deadline));
            case "ipns":
                IpnsName name = IpnsName.parse(parts[1]);
                try (SearchPlaces.Place place = places.take(request.context().address())) {
                    if (place == null) {
                        return busy(headers);
                    }
                    request.context().whenLeft(place::close);
                    return request.method().equals("PUT")
                            ? publish(request, headers, name, deadline, place)
                            : record(request, headers, name, deadline, place);
                }
            default:
                return text(404, headers, "there is only providers, peers and ipns");
        }
    }

    private interface Search {
        Results<PeerRecord> begin() throws IOException;
    }

    private static HttpResponse busy(Map<String, String> headers) {
        headers.put("Retry-After", "30");
        headers.put("Cache-Control", "no-store");
        return text(429, headers, "other clients have all searches");
    }

    private HttpResponse records(HttpRequest request, Map<String, String> headers, String list, Search search)
            throws IOException {
        String accept = request.header("accept");
        boolean streamed = accept.contains(STREAM);
        boolean json =
                accept.isEmpty() || accept.contains(JSON) || accept.contains("*/*") || accept.contains("application/*");
        headers.put("Vary", "Accept");
        if (!streamed && !json) {
            return text(400, headers, "only " + JSON + " and " + STREAM + " are served");
        }
        Filter filter = Filter.of(request.query());
        SearchPlaces.Place place = places.take(request.context().address());
        if (place == null) {
            return busy(headers);
        }
        request.context().whenLeft(place::close);
        if (streamed) {
            return streamed(request.context(), headers, filter, search, place);
        }
        List<Node> records = new ArrayList<>();
        try (place;
                Results<PeerRecord> results = place.of(search.begin())) {
            for (PeerRecord record = results.next();
                    record != null && records.size() < limits.jsonRecords();
                    record = results.next()) {
                request.context().check();
                PeerRecord wanted = filter.apply(record);
                if (wanted != null) {
                    records.add(wanted.json());
                }
            }
        }
        if (records.isEmpty() && place.isDisplaced()) {
            return busy(headers);
        }
        headers.put("Content-Type", JSON);
        headers.put("Cache-Control", records.isEmpty() ? NOTHING : FOUND);
        LinkedHashMap<String, Node> map = new LinkedHashMap<>();
        map.put(list, new Node.Sequence(records));
        return HttpResponse.bytes(
                200, headers, PlainJson.text(new Node.Mapping(map)).getBytes(StandardCharsets.UTF_8));
    }

    /** The first record decides how long the answer may be kept, so it is waited for before the headers go out. */
    private HttpResponse streamed(
            RequestContext context, Map<String, String> headers, Filter filter, Search search, SearchPlaces.Place place)
            throws IOException {
        Results<PeerRecord> results;
        PeerRecord first = null;
        boolean begun = false;
        try {
            results = place.of(search.begin());
            first = next(context, results, filter);
            begun = first != null;
        } finally {
            if (!begun) {
                place.close();
            }
        }
        if (first == null && place.isDisplaced()) {
            return busy(headers);
        }
        headers.put("Content-Type", STREAM);
        headers.put("Cache-Control", first == null ? NOTHING : FOUND);
        if (first == null) {
            return HttpResponse.bytes(200, headers, new byte[0]);
        }
        PeerRecord begin = first;
        return new HttpResponse(200, headers, -1, out -> {
            try (place) {
                PeerRecord record = begin;
                for (int i = 0; record != null && i < limits.streamedRecords(); i++) {
                    out.write((PlainJson.text(record.json()) + "\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    record = next(context, results, filter);
                }
            }
        });
    }

    private static @Nullable PeerRecord next(RequestContext context, Results<PeerRecord> results, Filter filter)
            throws IOException {
        for (PeerRecord record = results.next(); record != null; record = results.next()) {
            context.check();
            PeerRecord wanted = filter.apply(record);
            if (wanted != null) {
                return wanted;
            }
        }
        return null;
    }

    private HttpResponse record(
            HttpRequest request,
            Map<String, String> headers,
            IpnsName name,
            Deadline deadline,
            SearchPlaces.Place place)
            throws IOException {
        String accept = request.header("accept");
        if (!accept.isEmpty() && !accept.contains(RECORD) && !accept.contains("*/*")) {
            return text(406, headers, "only " + RECORD + " is served");
        }
        byte[] found = place.run(() -> backend.record(name, deadline));
        headers.put("Vary", "Accept");
        if (found == null) {
            headers.put("Cache-Control", NOTHING);
            return text(200, headers, "no record was found");
        }
        IpnsRecord record;
        try {
            record = IpnsRecord.open(name, found, environment.wallClock());
        } catch (InvalidRecordException e) {
            headers.put("Cache-Control", "no-store");
            return text(200, headers, "no valid record was found");
        }
        long left = Math.max(
                0, Duration.between(environment.wallClock(), record.until()).toSeconds());
        long fresh = Math.max(0, Math.min(left, record.ttl().toSeconds()));
        headers.put("Content-Type", RECORD);
        headers.put("Content-Disposition", "attachment; filename=\"" + name + ".ipns-record\"");
        headers.put(
                "Cache-Control",
                "public, max-age=" + fresh + ", stale-while-revalidate=" + (left - fresh) + ", stale-if-error="
                        + (left - fresh));
        headers.put("Etag", "\"" + Long.toString(java.util.Arrays.hashCode(found) & 0xffffffffL, 32) + "\"");
        return HttpResponse.bytes(200, headers, found);
    }

    private HttpResponse publish(
            HttpRequest request,
            Map<String, String> headers,
            IpnsName name,
            Deadline deadline,
            SearchPlaces.Place place)
            throws IOException {
        if (!request.header("content-type").contains(RECORD)) {
            return text(406, headers, "only " + RECORD + " is taken");
        }
        byte[] bytes = request.body().readNBytes(IpnsLimits.RECORD_BYTES + 1);
        if (bytes.length > IpnsLimits.RECORD_BYTES) {
            return text(400, headers, "a record has at most " + libp2p.ipns.IpnsLimits.RECORD_BYTES + " bytes");
        }
        try {
            IpnsRecord.open(name, bytes, environment.wallClock());
            place.run(() -> {
                backend.publish(name, bytes, deadline);
                return true;
            });
        } catch (InvalidRecordException e) {
            return text(400, headers, "the record is invalid: " + e.getMessage());
        } catch (UnsupportedOperationException e) {
            return text(501, headers, String.valueOf(e.getMessage()));
        }
        return text(200, headers, "");
    }
}
