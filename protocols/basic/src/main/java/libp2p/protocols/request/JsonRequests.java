package libp2p.protocols.request;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * {@code /request-response/1.0.0}: the request {@code {"id","data"}} and the response {@code {"id","result","error"}},
 * a JSON object each, whose end is its closing brace. Thread-safe.
 */
public final class JsonRequests implements HostService {
    /** The protocol id. */
    public static final String PROTOCOL = "/request-response/1.0.0";

    /**
     * A response.
     *
     * @param id of the request
     * @param result empty after an error
     * @param error what went wrong, empty if nothing did
     */
    public record Response(String id, String result, String error) {}

    /** Answers requests; may block. */
    @FunctionalInterface
    public interface Processor {
        /**
         * The result for the data.
         *
         * @throws Exception whose message the peer is told as the error
         */
        String process(PeerId peer, String data) throws Exception;
    }

    private final Processor processor;
    private volatile JsonRequestLimits limits;
    private @Nullable Host host;
    private volatile Registration registration = () -> {};

    /** With the default limits. */
    public JsonRequests(Processor processor) {
        this(processor, JsonRequestLimits.DEFAULT);
    }

    /** @param processor answers the requests of peers */
    public JsonRequests(Processor processor, JsonRequestLimits limits) {
        this.processor = processor;
        this.limits = limits;
    }

    @Override
    public void start(Host started) {
        limits = started.limits(limits);
        host = started;
        registration = started.handle(PROTOCOL, stream -> serve(started, stream));
    }

    private void serve(Host started, Stream stream) throws IOException {
        within(started, stream);
        Map<String, String> request = read(stream);
        Map<String, String> response = new LinkedHashMap<>();
        response.put("id", request.getOrDefault("id", ""));
        try {
            String data = request.getOrDefault("data", "");
            response.put("result", processor.process(stream.connection().remotePeer(), data));
        } catch (Exception e) {
            response.put("result", "");
            response.put("error", String.valueOf(e.getMessage()));
        }
        stream.write(JsonObjectReader.write(response));
        stream.closeWrite();
    }

    private Map<String, String> read(Stream stream) throws IOException {
        return new JsonObjectReader(PROTOCOL, new BufferedInputStream(stream.input(), 1024), limits.bytes()).read();
    }

    private void within(Host started, Stream stream) {
        Deadline deadline = Deadline.after(started.environment(), limits.timeout());
        stream.readDeadline(deadline);
        stream.writeDeadline(deadline);
    }

    /**
     * Asks a peer; blocks.
     *
     * @throws ProtocolViolationException if the response is malformed or for another id
     */
    public Response ask(PeerAddress peer, String id, String data) throws IOException {
        Host started = HostService.started(PROTOCOL, host);
        Map<String, String> request = new LinkedHashMap<>();
        request.put("id", id);
        request.put("data", data);
        Stream stream = started.open(peer, DialOptions.DEFAULT, PROTOCOL);
        boolean done = false;
        try {
            within(started, stream);
            stream.write(JsonObjectReader.write(request));
            Map<String, String> fields = read(stream);
            if (!fields.getOrDefault("id", "").equals(id)) {
                throw new ProtocolViolationException(PROTOCOL, "a response to another request");
            }
            done = true;
            return new Response(id, fields.getOrDefault("result", ""), fields.getOrDefault("error", ""));
        } finally {
            if (done) {
                stream.close();
            } else {
                stream.reset(ErrorCode.NONE);
            }
        }
    }

    @Override
    public void close() {
        registration.close();
    }
}
