package libp2p.node.control;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.http.ClientGoneException;
import libp2p.http.HttpHandler;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.policy.DeniedException;
import libp2p.node.host.Cure;
import libp2p.node.host.Exit;
import libp2p.node.host.Json;
import org.jspecify.annotations.Nullable;

/**
 * The control of a node as HTTP and JSON. What Kubo's RPC has is at its path with its arguments and answers
 * ({@code /api/v0/swarm/peers}); what Kubo lacks is below {@code /api/libp2p/v1/}. Only POST, as in Kubo. An error is
 * {@code {"Message": …, "Code": 0, "Type": "error", "ExitCode": …}}, the last being the exit code of the program; behind
 * an answer that has begun it stands in the trailers. Thread-safe.
 */
public final class ControlHandler implements HttpHandler {
    /** The paths of what Kubo has too. */
    public static final String KUBO = "/api/v0/";

    /** The paths of what Kubo lacks. */
    public static final String OWN = "/api/libp2p/v1/";

    /** The trailer by which Kubo tells that a command has failed after its answer had begun. */
    static final String STREAM_ERROR = "X-Stream-Error";

    /** The trailer with the whole error, as it stands in an answer that has not begun. */
    static final String ERROR = "X-Error";

    private static final int OF_THE_CLIENT = 1;

    /** Characters of a message in the trailers: six bytes each when escaped, and clients read 8 KiB of them. */
    private static final int MESSAGE = 900;

    private final Map<String, Operation> operations;

    /** @param operations by their paths */
    public ControlHandler(Map<String, Operation> operations) {
        this.operations = Map.copyOf(operations);
    }

    @Override
    public HttpResponse handle(HttpRequest request) throws IOException {
        Operation operation;
        try {
            operation = operations.get(request.path());
        } catch (IllegalArgumentException malformed) {
            return HttpResponse.text(400, String.valueOf(malformed.getMessage()));
        }
        if (operation == null) {
            return HttpResponse.text(404, "404 page not found");
        }
        if (!request.method().equals("POST")) {
            return HttpResponse.text(405, "405 - Method Not Allowed").with("Allow", "OPTIONS, POST");
        }
        try {
            return watched(operation.run(request), request);
        } catch (IOException | RuntimeException e) {
            return failed(reason(e, request));
        }
    }

    /**
     * Does a command in the process of its client: what fails is thrown as it is.
     *
     * @throws IllegalArgumentException if there is no such command
     */
    HttpResponse run(HttpRequest request) throws IOException {
        Operation operation = operations.get(request.path());
        if (operation == null) {
            throw new IllegalArgumentException("only a running node does this; start one: p2p node");
        }
        return operation.run(request);
    }

    /** The time after which a command is to be ended, by its option {@code timeout}; null for none. */
    static @Nullable Duration timeout(HttpRequest request) {
        String text = request.query().get(Arguments.TIMEOUT);
        return text == null ? null : Arguments.duration(Arguments.TIMEOUT, text);
    }

    /** Why a command has failed whose time is over. */
    static DeadlineExceededException late(Duration time) {
        return new DeadlineExceededException("the command took more than "
                + (time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms"));
    }

    /** The reason of a failure: the end of its time or of the node where that came first, else the failure itself. */
    static Exception reason(Exception e, HttpRequest request) {
        try {
            request.context().check();
            return e;
        } catch (ClientGoneException gone) {
            return gone.getCause() instanceof DeadlineExceededException late
                    ? late
                    : gone.getCause() instanceof UnixHttpServer.NodeEndsException ends ? ends : e;
        } catch (IOException other) {
            return e;
        }
    }

    /** The response whose body tells in the trailers if it fails after its first byte. */
    private static HttpResponse watched(HttpResponse response, HttpRequest request) {
        if (response.length() >= 0) {
            return response;
        }
        @Nullable Exception[] failure = new Exception[1];
        HttpResponse.Body body = out -> {
            Responses.Begun begun = new Responses.Begun(out);
            try {
                response.body().writeTo(begun);
            } catch (IOException | RuntimeException e) {
                Exception reason = reason(e, request);
                if (begun.isBegun()) {
                    failure[0] = reason;
                } else if (reason instanceof IOException io) {
                    throw io;
                } else {
                    throw e;
                }
            }
        };
        return new HttpResponse(
                response.status(),
                response.headers(),
                -1,
                body,
                () -> failure[0] == null ? response.trailers().get() : trailers(failure[0]));
    }

    private static HttpHeaders trailers(Exception e) {
        Map<String, Object> error = error(e);
        String message = String.valueOf(error.get("Message"));
        error.put("Message", message.substring(0, Math.min(message.length(), MESSAGE)));
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(STREAM_ERROR, ascii(String.valueOf(error.get("Message")), "?"));
        fields.put(ERROR, ascii(Json.write(error), null));
        return HttpHeaders.of(fields);
    }

    /** A text of characters that a field may have; the others are replaced, or escaped as JSON does it. */
    private static String ascii(String text, @Nullable String replacement) {
        StringBuilder plain = new StringBuilder();
        for (char c : text.toCharArray()) {
            if (c >= ' ' && c < 0x7f) {
                plain.append(c);
            } else {
                plain.append(replacement != null ? replacement : "\\u%04x".formatted((int) c));
            }
        }
        return plain.toString();
    }

    /** The answer of a command that has failed before its answer had begun. */
    static HttpResponse failed(Exception e) {
        int status = e instanceof DeniedException ? 410 : Exit.codeOf(e) == Exit.USAGE ? 400 : 500;
        return HttpResponse.bytes(status, "application/json", Responses.line(error(e)));
    }

    private static Map<String, Object> error(Exception e) {
        int exit = Exit.codeOf(e);
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("Message", Exit.message(e));
        error.put("Code", exit == Exit.USAGE ? OF_THE_CLIENT : 0);
        error.put("Type", "error");
        error.put("ExitCode", exit);
        String cure = Cure.of(e);
        if (cure != null) {
            error.put("Cure", cure);
        }
        return error;
    }
}
