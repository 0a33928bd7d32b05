package libp2p.transports.websocket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket address taken apart: {@code HOST/tcp/PORT} and {@code /ws}, {@code /tls/ws}, {@code /tls/sni/NAME/ws} or
 * {@code /wss}, perhaps with an {@code /http-path/…} behind it.
 *
 * @param host an IP address or a domain name
 * @param secure whether there is TLS under the WebSocket
 * @param serverName the name for TLS, or null if there is none
 * @param path of the HTTP request, escaped, with its slash; null if the address names none
 * @param suffix what follows the port
 */
record WebSocketAddress(
        Component host,
        int port,
        boolean secure,
        @Nullable String serverName,
        @Nullable String path,
        Multiaddr suffix) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /** Takes an address apart; null if it is not one of a WebSocket. */
    static @Nullable WebSocketAddress parse(Multiaddr address) {
        List<Component> components = address.components();
        if (components.size() < 3 || !isHost(components.get(0).protocol()) || !has(components, 1, Protocol.TCP)) {
            return null;
        }
        int at = 2;
        boolean secure = false;
        String serverName = null;
        if (has(components, at, Protocol.WSS)) {
            secure = true;
        } else {
            if (has(components, at, Protocol.TLS)) {
                secure = true;
                at++;
                if (has(components, at, Protocol.SNI)) {
                    serverName = components.get(at).value();
                    at++;
                }
            }
            if (!has(components, at, Protocol.WS)) {
                return null;
            }
        }
        at++;
        String path = null;
        if (has(components, at, Protocol.HTTP_PATH)) {
            path = escape(components.get(at).valueBytes());
            at++;
        }
        if (at != components.size()) {
            return null;
        }
        Multiaddr suffix = Multiaddr.of(components.subList(2, components.size()));
        return new WebSocketAddress(components.get(0), address.port(), secure, serverName, path, suffix);
    }

    private static boolean has(List<Component> components, int at, Protocol protocol) {
        return at < components.size() && components.get(at).protocol() == protocol;
    }

    private static boolean isHost(Protocol protocol) {
        return switch (protocol) {
            case IP4, IP6, DNS, DNS4, DNS6, DNSADDR -> true;
            default -> false;
        };
    }

    private static String escape(byte[] path) {
        StringBuilder text = new StringBuilder("/");
        boolean slash = path.length > 0 && path[0] == '/';
        for (int i = slash ? 1 : 0; i < path.length; i++) {
            char c = (char) (path[i] & 0xff);
            if (isPathCharacter(c)) {
                text.append(c);
            } else {
                text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(path[i]));
            }
        }
        return text.toString();
    }

    private static boolean isPathCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "-._~!$&'()*+,;=:@/".indexOf(c) >= 0;
    }

    /** Name of the transport for metrics and the state of connections. */
    String transport() {
        return secure ? "wss" : "ws";
    }

    boolean hasName() {
        return host.protocol() != Protocol.IP4 && host.protocol() != Protocol.IP6;
    }

    /** The address with its domain name kept for TLS, so that the name can be looked up and replaced. */
    Multiaddr withServerName() {
        if (!secure || serverName != null || !hasName() || host.protocol() == Protocol.DNSADDR) {
            return address();
        }
        List<Component> components = new ArrayList<>(List.of(
                host,
                Component.of(Protocol.TCP, Integer.toString(port)),
                Component.of(Protocol.TLS),
                Component.of(Protocol.SNI, hostText()),
                Component.of(Protocol.WS)));
        Component pathComponent = suffix.component(Protocol.HTTP_PATH);
        if (pathComponent != null) {
            components.add(pathComponent);
        }
        return Multiaddr.of(components);
    }

    private Multiaddr address() {
        return Multiaddr.of(List.of(host, Component.of(Protocol.TCP, Integer.toString(port))))
                .encapsulate(suffix);
    }

    private String hostText() {
        return String.valueOf(host.value());
    }

    /** The socket of an address with a number; null if it has a name. */
    @Nullable
    InetSocketAddress socketAddress() {
        InetAddress ip = Multiaddr.of(List.of(host)).ip();
        return ip == null ? null : new InetSocketAddress(ip, port);
    }

    /** The host as TLS and HTTP know it: the server name, or the number. */
    String serverHost() {
        return serverName != null ? serverName : hostText();
    }

    /** Host, and port unless it is the usual one, for the HTTP request. */
    String authority() {
        String name = serverHost();
        String bracketed = name.indexOf(':') < 0 ? name : "[" + name + "]";
        String ascii = new String(bracketed.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
        return port == (secure ? HTTPS_PORT : HTTP_PORT) ? ascii : ascii + ":" + port;
    }
}
