package libp2p.http.jetty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.HostPort;

/**
 * Tunnels of HTTP CONNECT that end in this server itself (RFC 9110, section 9.3.6), for clients that know it as their
 * proxy: after the answer the connection is read as a new one. No other host is ever connected to.
 */
final class Tunnels {
    private static final int HTTP = 80;

    private final Predicate<String> names;
    private final ConnectionFactory inside;

    /**
     * Tunnels to some names.
     *
     * @param names those of this server, in lower case
     * @param inside HTTP/1.1 in clear text
     */
    Tunnels(Predicate<String> names, ConnectionFactory inside) {
        this.names = names;
        this.inside = inside;
    }

    /** Whether a request asks for a tunnel in the one way that is known here, that of HTTP/1.1. */
    static boolean isWanted(Request request) {
        return HttpMethod.CONNECT.is(request.getMethod())
                && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1;
    }

    /** Answers with 200 and reads the connection anew, or with 403. */
    void open(Request request, Response response, Callback callback) {
        String target = request.getHttpURI().getAuthority();
        if (target == null || !isOwn(target, request.getConnectionMetaData().getLocalSocketAddress())) {
            response.setStatus(403);
            response.getHeaders().put("Content-Type", "text/plain; charset=utf-8");
            Content.Sink.write(response, true, "tunnels end in this server alone\n", callback);
            return;
        }
        Connector connector = request.getConnectionMetaData().getConnector();
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, inside.newConnection(connector, endPoint));
        response.setStatus(200);
        callback.succeeded();
    }

    /** Whether an authority is a name of this server, or the address by which this client has reached it. */
    private boolean isOwn(String authority, SocketAddress reached) {
        HostPort target;
        try {
            target = new HostPort(authority);
        } catch (IllegalArgumentException malformed) {
            return false;
        }
        if (!(reached instanceof InetSocketAddress local)) {
            return false;
        }
        boolean here = target.getPort() == local.getPort();
        return here && isLiteral(target.getHost(), local.getAddress())
                || (here || target.getPort() == HTTP)
                        && names.test(target.getHost().toLowerCase(Locale.ROOT));
    }

    /** Whether a text is an address in one of its usual forms: IPv4 has many others. */
    private static boolean isLiteral(String host, InetAddress address) {
        try {
            return host.equals(address.getHostAddress())
                    || host.startsWith("[") && address.equals(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
