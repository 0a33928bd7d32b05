package libp2p.transports.websocket.http;

import java.net.InetAddress;
import java.util.function.Predicate;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpProtocolException;
import org.jspecify.annotations.Nullable;

/** The address of a client behind reverse proxies, as they tell it in {@code X-Forwarded-For}. */
public final class ForwardedFor {
    private static final String NAME = "X-Forwarded-For";

    private ForwardedFor() {}

    /**
     * Reads the list from its end, where the nearest proxy has put the address of its own client, past those proxies
     * that are trusted. Entries before the first address that is not trusted may be invented.
     *
     * @param proxy the address that the connection comes from
     * @param trusted whether the host at an address is a proxy that tells the truth
     * @return null if the connection comes from no trusted proxy, or if no proxy tells an address
     * @throws HttpProtocolException if a trusted proxy tells something that is no address
     */
    public static @Nullable InetAddress client(
            @Nullable InetAddress proxy, HttpHeaders headers, Predicate<InetAddress> trusted)
            throws HttpProtocolException {
        if (proxy == null || !trusted.test(proxy)) {
            return null;
        }
        InetAddress client = null;
        String list = String.join(",", headers.all(NAME));
        if (list.isBlank()) {
            return null;
        }
        String[] addresses = list.split(",", -1);
        for (int i = addresses.length - 1; i >= 0; i--) {
            client = parse(addresses[i].strip());
            if (!trusted.test(client)) {
                break;
            }
        }
        return client;
    }

    private static InetAddress parse(String text) throws HttpProtocolException {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new HttpProtocolException(400, "an " + NAME + " of the proxy with something that is no IP address");
        }
    }
}
