package libp2p.multiformats.multiaddr;

import java.util.Locale;

/** Special-use domain names (RFC 6761 and others), so far as they tell whether an address can be public. */
final class DnsNames {
    private static final String[] NEVER_PUBLIC = {
        "localhost", "local", "test", "invalid", "home.arpa", "in-addr.arpa", "ip6.arpa",
    };

    private DnsNames() {}

    static boolean isLocalhost(String name) {
        return isWithin(normalize(name), "localhost");
    }

    static boolean mayBePublic(String name) {
        String normal = normalize(name);
        for (String domain : NEVER_PUBLIC) {
            if (isWithin(normal, domain)) {
                return false;
            }
        }
        return true;
    }

    private static String normalize(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static boolean isWithin(String name, String domain) {
        return name.endsWith(domain)
                && (name.length() == domain.length() || name.charAt(name.length() - domain.length() - 1) == '.');
    }
}
