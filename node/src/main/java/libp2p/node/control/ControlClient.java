package libp2p.node.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.RequestClock;
import libp2p.ipld.Node;
import libp2p.ipld.codec.PlainJson;
import libp2p.multiformats.MalformedException;
import libp2p.node.host.Exit;
import libp2p.node.host.RefusedByNode;
import org.jspecify.annotations.Nullable;

/**
 * Has commands done: by the node that runs on a data directory, over its socket, or by this process in the same way. All
 * methods block; thread-safe.
 */
public abstract sealed class ControlClient {
    private static final int ANSWER = 64 << 20;
    private static final int PIECE = 1 << 16;

    /** Bytes of one line of an answer, at most. */
    private static final int LINE = 16 << 20;

    /** Hears of each object of an answer as it comes. */
    @FunctionalInterface
    public interface Listener {
        /** Takes one; may throw, which ends the command. */
        void object(Node.Mapping object) throws IOException;
    }

    private ControlClient() {}

    /**
     * Has one command done.
     *
     * @param deadline beyond which this side does not wait
     * @param to for the answer as it comes
     * @return the fields behind the answer
     */
    abstract HttpHeaders send(HttpRequest request, Deadline deadline, OutputStream to) throws IOException;

    /**
     * The node that runs on a data directory; empty if none does.
     *
     * @throws IOException if this user may not ask it
     */
    public static Optional<ControlClient> running(Environment environment, Path data) throws IOException {
        Path socket = ControlService.socket(data);
        if (Files.notExists(socket)) {
            return Optional.empty();
        }
        UnixHttpClient http = new UnixHttpClient(environment, socket);
        return http.isAnswered() ? Optional.of(new OverSocket(http)) : Optional.empty();
    }

    /** The same commands in this process. */
    public static ControlClient here(Environment environment, ControlHandler handler) {
        return new Here(environment, handler);
    }

    private static HttpRequest request(String path, Query query, @Nullable InputStream body, Map<String, String> more) {
        Map<String, String> fields = new LinkedHashMap<>(more);
        fields.put("User-Agent", "p2p");
        String words = query.toString();
        HttpRequest request =
                new HttpRequest("POST", words.isEmpty() ? path : path + "?" + words, HttpHeaders.of(fields));
        return body == null ? request : request.withBody(body);
    }

    /** Has a command done whose answer is one object, within a time. */
    public Node.Mapping ask(String path, Query query, Deadline deadline) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        send(request(path, query, null, Map.of()), deadline, answer);
        return mapping(answer.toByteArray());
    }

    /** Has a command done whose answer is one object. */
    public Node.Mapping ask(String path, Query query) throws IOException {
        return ask(path, query, Deadline.NONE);
    }

    /** Has a command done that tells objects as it goes on. */
    public void lines(String path, Query query, Listener listener) throws IOException {
        send(request(path, query, null, Map.of()), Deadline.NONE, new LineOutput(listener));
    }

    /** Has a command done on files, that tells objects as it goes on. */
    public void lines(String path, Query query, MultipartBody body, Listener listener) throws IOException {
        Map<String, String> type = Map.of("Content-Type", body.type());
        send(request(path, query, body, type), Deadline.NONE, new LineOutput(listener));
    }

    /**
     * Has a command done whose answer is bytes.
     *
     * @return the fields behind them
     */
    public HttpHeaders bytes(String path, Query query, OutputStream to) throws IOException {
        return send(request(path, query, null, Map.of()), Deadline.NONE, to);
    }

    private static Node.Mapping mapping(byte[] json) {
        if (PlainJson.decode(json) instanceof Node.Mapping object) {
            return object;
        }
        throw new MalformedException("the node has not answered with an object");
    }

    /** Cuts an answer into lines, each an object. */
    private static final class LineOutput extends OutputStream {
        private final Listener listener;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        LineOutput(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            int begin = offset;
            for (int at = offset; at < offset + length; at++) {
                if (source[at] == '\n') {
                    add(source, begin, at - begin);
                    end();
                    begin = at + 1;
                }
            }
            add(source, begin, offset + length - begin);
        }

        private void add(byte[] source, int offset, int length) throws IOException {
            line.write(source, offset, length);
            if (line.size() > LINE) {
                throw new IOException("a line of more than " + LINE + " bytes from the node");
            }
        }

        private void end() throws IOException {
            byte[] json = line.toByteArray();
            line.reset();
            if (json.length > 0) {
                listener.object(mapping(json));
            }
        }
    }

    private static final class OverSocket extends ControlClient {
        private final UnixHttpClient http;

        OverSocket(UnixHttpClient http) {
            this.http = http;
        }

        @Override
        HttpHeaders send(HttpRequest request, Deadline deadline, OutputStream to) throws IOException {
            try (HttpClientResponse response = http.send(request, deadline)) {
                if (response.status() != 200) {
                    throw refusal(response.status(), response.bytes("answer of the node", ANSWER));
                }
                byte[] piece = new byte[PIECE];
                for (int count = response.body().read(piece);
                        count >= 0;
                        count = response.body().read(piece)) {
                    to.write(piece, 0, count);
                }
                HttpHeaders trailers = response.trailers().get();
                String error = trailers.get(ControlHandler.ERROR);
                if (error != null) {
                    throw refusal(200, error.getBytes(StandardCharsets.US_ASCII));
                }
                return trailers;
            } catch (ConnectException ended) {
                throw new IOException("the node has ended meanwhile", ended);
            }
        }

        private static IOException refusal(int status, byte[] body) {
            String text = new String(body, StandardCharsets.UTF_8).strip();
            try {
                if (PlainJson.decode(body) instanceof Node.Mapping error
                        && error.get("Message") instanceof Node.Text message) {
                    int code = error.get("ExitCode") instanceof Node.Int exit
                            ? exit.value().intValue()
                            : Exit.FAILED;
                    return new RefusedByNode(
                            code, message.value(), error.get("Cure") instanceof Node.Text cure ? cure.value() : null);
                }
            } catch (MalformedException plain) {
                // told below as it is
            }
            return new IOException("the node answers " + status + ": " + MalformedException.quote(text));
        }
    }

    private static final class Here extends ControlClient {
        private final Environment environment;
        private final ControlHandler handler;

        Here(Environment environment, ControlHandler handler) {
            this.environment = environment;
            this.handler = handler;
        }

        @Override
        HttpHeaders send(HttpRequest request, Deadline deadline, OutputStream to) throws IOException {
            RequestClock clock = UnixHttpServer.clock(environment);
            HttpRequest timed = request.withContext(clock);
            Duration time = ControlHandler.timeout(request);
            Timer timer = time == null || UnixHttpServer.isUnlimited(time)
                    ? null
                    : environment.schedule(time.toNanos(), () -> clock.leave(ControlHandler.late(time)));
            try {
                HttpResponse response = handler.run(timed);
                response.body().writeTo(to);
                return response.trailers().get();
            } catch (IOException e) {
                throw ControlHandler.reason(e, timed) instanceof IOException reason ? reason : e;
            } finally {
                if (timer != null) {
                    timer.cancel();
                }
            }
        }
    }

    /** The time within which a node answers what it does at once, or by one dial. */
    static Deadline soon(Environment environment) {
        return Deadline.after(environment, Duration.ofMinutes(2));
    }
}
