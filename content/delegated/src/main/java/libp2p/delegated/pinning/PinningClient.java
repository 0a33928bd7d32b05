package libp2p.delegated.pinning;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import libp2p.core.environment.Deadline;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpRequest;
import libp2p.http.HttpRequestException;
import libp2p.ipld.Node;
import libp2p.ipld.codec.PlainJson;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** Asks a pinning service. Thread-safe; methods block for the network. */
public final class PinningClient implements AutoCloseable {
    private static final int PAGE = 1000;

    private final HttpClient caller;
    private final String token;
    private final PinningLimits limits;

    /**
     * A client of one service.
     *
     * @param caller of its endpoint; closed with this client
     */
    public PinningClient(HttpClient caller, String token, PinningLimits limits) {
        this.caller = caller;
        this.token = token;
        this.limits = limits;
    }

    /** Has the service pin a root; it may take long after this has returned. */
    public PinStatus add(PinRequest request, Deadline deadline) throws IOException {
        return status(ask("POST", "/pins", PlainJson.text(request.json()), deadline));
    }

    /** The state of a request. */
    public PinStatus get(String id, Deadline deadline) throws IOException {
        return status(ask("GET", "/pins/" + escaped(id), null, deadline));
    }

    /** Removes a request. */
    public void remove(String id, Deadline deadline) throws IOException {
        ask("DELETE", "/pins/" + escaped(id), null, deadline);
    }

    /** The requests in some states, the latest first; as many as the limits say at most. */
    public List<PinStatus> list(Set<PinStatus.State> states, Deadline deadline) throws IOException {
        String words = states.stream().map(PinStatus.State::word).sorted().collect(Collectors.joining(","));
        List<PinStatus> all = new ArrayList<>();
        String before = "";
        while (true) {
            byte[] answer = ask("GET", "/pins?limit=" + PAGE + "&status=" + escaped(words) + before, null, deadline);
            int size = all.size();
            long count = page(answer, all);
            if (all.size() == size || all.size() - size >= count || all.size() >= limits.requests()) {
                return all;
            }
            before = "&before=" + escaped(all.getLast().created().toString());
        }
    }

    private long page(byte[] answer, List<PinStatus> into) throws HttpRequestException {
        try {
            Node node = PlainJson.decode(answer);
            if (!(node.get("count") instanceof Node.Int count)
                    || !(node.get("results") instanceof Node.Sequence list)) {
                throw new MalformedException("no list of pins");
            }
            for (Node item : list.items()) {
                if (into.size() < limits.requests()) {
                    into.add(PinStatus.read(item, limits));
                }
            }
            return count.value().longValue();
        } catch (MalformedException e) {
            throw new HttpRequestException(caller.name() + ": " + e.getMessage(), 200, false, e);
        }
    }

    private PinStatus status(byte[] answer) throws HttpRequestException {
        try {
            return PinStatus.read(PlainJson.decode(answer), limits);
        } catch (MalformedException e) {
            throw new HttpRequestException(caller.name() + ": " + e.getMessage(), 200, false, e);
        }
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private byte[] ask(String method, String target, @Nullable String body, Deadline deadline) throws IOException {
        Map<String, String> headers = Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json");
        HttpRequest request = HttpRequest.of(method, target, headers);
        try (HttpClientResponse reply =
                caller.send(body == null ? request : request.withBody(body.getBytes(UTF_8)), deadline)) {
            byte[] answer = reply.bytes("answer of " + caller.name(), limits.answerBytes());
            if (reply.status() / 100 != 2) {
                boolean retry = reply.status() == 429 || reply.status() >= 500;
                throw new HttpRequestException(
                        caller.name() + " refuses with status " + reply.status() + reason(answer),
                        reply.status(),
                        retry,
                        null);
            }
            return answer;
        }
    }

    private static String reason(byte[] answer) {
        try {
            Node error = PlainJson.decode(answer).get("error");
            return error != null && error.get("details") instanceof Node.Text details
                    ? ": " + MalformedException.quote(details.value())
                    : "";
        } catch (MalformedException other) {
            return "";
        }
    }

    @Override
    public void close() {
        caller.close();
    }
}
