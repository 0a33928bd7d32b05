package libp2p.autotls;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Multibase;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * The names of one peer below the domain of a broker: {@code PEER.DOMAIN}, the peer id as a CID in base 36, and below it
 * a name for each IP address, its dots or colons replaced by hyphens.
 *
 * @param domain of the broker, in lower case
 * @param peer the name of the peer below it
 */
record ForgeName(String domain, String peer) {
    private static final Pattern DOMAIN =
            Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9-]{2,63}");
    /** IP address and TCP port. */
    private static final int SOCKET = 2;

    static ForgeName of(String domain, PeerId peer) {
        return new ForgeName(domain, peer.toCid().toString(Multibase.BASE36));
    }

    /** @throws IllegalArgumentException if it is no domain in lower case */
    static String checkedDomain(String domain) {
        if (domain.length() > 120 || !DOMAIN.matcher(domain).matches()) {
            throw new IllegalArgumentException("not a domain such as libp2p.direct: \"" + domain + "\"");
        }
        return domain;
    }

    /** The name in the certificate. */
    String certified() {
        return "*." + peer + "." + domain;
    }

    /** The name of the TXT record that proves it (RFC 8555, section 8.4). */
    String challenge() {
        return "_acme-challenge." + peer + "." + domain;
    }

    /** The part behind the port of the addresses on which a host listens for these names. */
    static Multiaddr template(String domain) {
        return Multiaddr.of(List.of(
                Component.of(Protocol.TLS), Component.of(Protocol.SNI, "*." + domain), Component.of(Protocol.WS)));
    }

    /** The address to be announced for one that listens under any name; null if this is none of the domain. */
    @Nullable
    Multiaddr announced(Multiaddr listening) {
        List<Component> parts = listening.components();
        InetAddress ip = listening.ip();
        if (ip == null
                || parts.size() != SOCKET + template(domain).components().size()
                || !Multiaddr.of(parts.subList(SOCKET, parts.size())).equals(template(domain))) {
            return null;
        }
        String name = label(ip, String.valueOf(parts.getFirst().value())) + "." + peer + "." + domain;
        return Multiaddr.of(parts.subList(0, SOCKET))
                .encapsulate(Multiaddr.of(List.of(
                        Component.of(Protocol.TLS), Component.of(Protocol.SNI, name), Component.of(Protocol.WS))));
    }

    /** A label neither begins nor ends with a hyphen (RFC 1123). */
    private static String label(InetAddress ip, String text) {
        if (!(ip instanceof Inet6Address)) {
            return text.replace('.', '-');
        }
        String label = text.replace(':', '-');
        return (label.startsWith("-") ? "0" : "") + label + (label.endsWith("-") ? "0" : "");
    }
}
