package libp2p.transports.webtransport;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;
import libp2p.http3.Settings;
import libp2p.http3.qpack.Field;
import org.jspecify.annotations.Nullable;

/**
 * The side that is asked for a session (RFC 9220), at the one path that libp2p has (libp2p specification, webtransport,
 * "WebTransport HTTP endpoint"). Other requests are answered with an error.
 */
final class ServerSide implements Http3Side {
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int NOT_IMPLEMENTED = 501;

    /** The token of browsers, and that of the newest draft. */
    private static final Set<String> TOKENS = Set.of("webtransport", "webtransport-h3");

    /** Requests of one connection, that of the session among them. */
    private static final int MAX_REQUESTS = 9;

    private int requests;
    private boolean heard;
    /** The request for a session that has overtaken the settings, in which the limits of the session are. */
    private @Nullable RequestStream early;

    @Override
    public Settings settings() {
        return SessionSettings.OF_SERVER;
    }

    @Override
    public void settings(Settings remote, Http3 http) {
        heard = true;
        http.streams().credit().begin(remote);
        RequestStream request = early;
        early = null;
        if (request != null && request.isOwn()) {
            begin(request, http);
        }
    }

    @Override
    public void mayRequest() throws Http3Exception {
        if (++requests > MAX_REQUESTS) {
            throw new Http3Exception(Http3Error.EXCESSIVE_LOAD, "more than " + MAX_REQUESTS + " requests");
        }
    }

    @Override
    public void message(RequestStream request, List<Field> fields, Http3 http) {
        String method = value(fields, ":method");
        String path = value(fields, ":path");
        if (method == null || path == null && !method.equals("CONNECT")) {
            request.reject(Http3Error.MESSAGE_ERROR);
            return;
        }
        int status = status(method, path == null ? "" : path, value(fields, ":protocol"));
        if (status != 0) {
            request.answer(status);
        } else if (http.hasSession() || early != null) { // a connection has one session
            request.reject(Http3Error.REQUEST_REJECTED);
        } else if (heard) {
            begin(request, http);
        } else {
            early = request;
            request.awaitsSession();
        }
    }

    private static void begin(RequestStream request, Http3 http) {
        request.send(List.of(new Field(":status", "200")));
        http.begin(request);
    }

    /** The status of a refusal, or 0 if the request is for a session. */
    private static int status(String method, String path, @Nullable String protocol) {
        int query = path.indexOf('?');
        if (!(query < 0 ? path : path.substring(0, query)).equals(SessionSettings.PATH)) {
            return NOT_FOUND;
        }
        if (!method.equals("CONNECT")) {
            return METHOD_NOT_ALLOWED;
        }
        if (protocol == null || !TOKENS.contains(protocol)) {
            return NOT_IMPLEMENTED;
        }
        List<String> types = Arrays.stream(path.substring(query + 1).split("&"))
                .filter(part -> part.startsWith("type="))
                .toList();
        return types.equals(List.of("type=noise")) ? 0 : BAD_REQUEST;
    }

    private static @Nullable String value(List<Field> fields, String name) {
        for (Field field : fields) {
            if (field.name().equals(name)) {
                return field.value();
            }
        }
        return null;
    }
}
