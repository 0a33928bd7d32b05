package libp2p.http.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/** HTTP servers as multiaddrs: {@code /dns4/example.net/tcp/443/tls/http}, {@code /https}, {@code /http-path}. */
public final class HttpAddress {
    private HttpAddress() {}

    /**
     * The URL of an address, or null if it names no HTTP server.
     *
     * @param local whether servers on this machine, in private networks, and without TLS will do: a stranger who names
     *     them would have this host call what only it can reach
     */
    public static @Nullable URI uri(Multiaddr address, boolean local) {
        List<Protocol> protocols = address.protocols();
        boolean https = protocols.contains(Protocol.HTTPS)
                || (protocols.contains(Protocol.TLS) && protocols.contains(Protocol.HTTP));
        boolean http = protocols.contains(Protocol.HTTP);
        if (!https && !http || !protocols.contains(Protocol.TCP)) {
            return null;
        }
        String host = host(address);
        if (host == null) {
            return null;
        }
        InetAddress ip = address.ip();
        boolean near = ip != null ? !address.isPublic() : isNearName(host);
        if (!local && (near || !https)) {
            return null;
        }
        String path = address.value(Protocol.HTTP_PATH);
        String decoded = path == null ? "" : URLDecoder.decode(path, StandardCharsets.UTF_8);
        try {
            return URI.create((https ? "https://" : "http://") + host + ":" + address.port()
                    + (decoded.isEmpty() || decoded.startsWith("/") ? decoded : "/" + decoded));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * The URL of a server that is named by the answer of another, or null if it is not called. A public one has TLS. Of
     * all others those alone will do that the owner of this host has named, at the root of their paths: also a server
     * in his own network repeats what strangers have told it.
     *
     * @param named URLs that the owner of this host has given
     */
    public static @Nullable URI offered(Multiaddr address, Collection<URI> named) {
        URI anywhere = uri(address, true);
        return anywhere != null && isNamed(anywhere, named) ? anywhere : uri(address, false);
    }

    /** Whether a URL is that of a server that was named: the same scheme, host and port, and no path. */
    public static boolean isNamed(URI server, Collection<URI> named) {
        return String.valueOf(server.getRawPath()).matches("/?")
                && named.stream().anyMatch(one -> origin(one).equals(origin(server)));
    }

    private static String origin(URI server) {
        String scheme = String.valueOf(server.getScheme()).toLowerCase(Locale.ROOT);
        int port = server.getPort() >= 0 ? server.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + " " + String.valueOf(server.getHost()).toLowerCase(Locale.ROOT) + " " + port;
    }

    static boolean isNear(InetAddress address) {
        return !Multiaddr.ofIp(address).isPublic();
    }

    /**
     * The addresses of the host of a URL, looked up once; none if it is near, by its name or by one of its addresses.
     * Blocks for the look-up.
     *
     * @param near the addresses that are in networks that are not public
     * @throws IOException if the host has no addresses
     */
    static List<InetAddress> addressesUnlessNear(
            URI server, Environment environment, Deadline deadline, Predicate<InetAddress> near) throws IOException {
        String host = server.getHost();
        if (host == null || isNearName(host) && !isLiteral(host)) {
            return List.of();
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        List<InetAddress> addresses = isLiteral(host)
                ? List.of(InetAddress.ofLiteral(bare))
                : environment.network().resolve(bare, deadline);
        return addresses.stream().anyMatch(near) ? List.of() : addresses;
    }

    static boolean isLiteral(String host) {
        return host.startsWith("[") || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    }

    private static boolean isNearName(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.endsWith(".local")
                || name.endsWith(".internal")
                || name.indexOf('.') < 0;
    }

    private static @Nullable String host(Multiaddr address) {
        InetAddress ip = address.ip();
        if (ip != null) {
            String text = ip.getHostAddress();
            return text.indexOf(':') < 0 ? text : "[" + text + "]";
        }
        for (Component component : address.components()) {
            if (List.of(Protocol.DNS, Protocol.DNS4, Protocol.DNS6).contains(component.protocol())) {
                String value = component.value();
                return value != null && value.matches("[A-Za-z0-9._-]{1,253}") ? value : null;
            }
        }
        return null;
    }
}
