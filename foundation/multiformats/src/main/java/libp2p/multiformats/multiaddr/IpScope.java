package libp2p.multiformats.multiaddr;

import java.net.InetAddress;

/**
 * Scope of an IP address, by the registries of special addresses (RFC 6890 and successors). IPv6 addresses that
 * stand for an IPv4 address ({@code ::ffff:0:0/96}, {@code 64:ff9b::/96}) have the scope of that address.
 */
public enum IpScope {
    /** {@code 0.0.0.0} and {@code ::}: to listen on, not to dial. */
    UNSPECIFIED,
    /** This machine. */
    LOOPBACK,
    /** This link. */
    LINK_LOCAL,
    /** Private networks, shared address space (RFC 6598), unique local addresses. */
    PRIVATE,
    /** Multicast, documentation, benchmarking, unassigned: no host can be reached there. */
    RESERVED,
    /** Globally reachable. */
    PUBLIC;

    /**
     * The scope of an address.
     *
     * @param address IPv4 or IPv6
     * @return its scope
     */
    public static IpScope of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? ofIp4(bytes, 0) : ofIp6(bytes, 0);
    }

    static IpScope ofIp4(byte[] in, int at) {
        int a = in[at] & 0xff;
        int b = in[at + 1] & 0xff;
        int c = in[at + 2] & 0xff;
        return switch (a) {
            case 0 -> b == 0 && c == 0 && in[at + 3] == 0 ? UNSPECIFIED : RESERVED;
            case 10 -> PRIVATE;
            case 100 -> b >> 6 == 1 ? PRIVATE : PUBLIC;
            case 127 -> LOOPBACK;
            case 169 -> b == 254 ? LINK_LOCAL : PUBLIC;
            case 172 -> b >> 4 == 1 ? PRIVATE : PUBLIC;
            case 192 -> b == 168 ? PRIVATE : (b == 0 && (c == 0 || c == 2)) || (b == 88 && c == 99) ? RESERVED : PUBLIC;
            case 198 -> b >> 1 == 9 || (b == 51 && c == 100) ? RESERVED : PUBLIC;
            case 203 -> b == 0 && c == 113 ? RESERVED : PUBLIC;
            default -> a >= 224 ? RESERVED : PUBLIC;
        };
    }

    static IpScope ofIp6(byte[] in, int at) {
        if (isMapped(in, at) || (startsWith(in, at, 0x00, 0x64, 0xff, 0x9b) && isZero(in, at + 4, at + 12))) {
            return ofIp4(in, at + 12);
        }
        if (isZero(in, at, at + 15)) {
            return switch (in[at + 15]) {
                case 0 -> UNSPECIFIED;
                case 1 -> LOOPBACK;
                default -> RESERVED;
            };
        }
        int first = in[at] & 0xff;
        if (first >> 1 == 0xfc >> 1) {
            return PRIVATE;
        }
        if (first == 0xfe && (in[at + 1] & 0xc0) == 0x80) {
            return LINK_LOCAL;
        }
        // 64:ff9b:1::/48 translates to IPv4 addresses that cannot be known here, and that may be private (RFC 8215).
        if (startsWith(in, at, 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01)) {
            return PRIVATE;
        }
        // 6to4 and Teredo lead to whatever IPv4 address is inside, and are given up (RFC 7526, RFC 8190).
        boolean tunnel = startsWith(in, at, 0x20, 0x02) || startsWith(in, at, 0x20, 0x01, 0x00, 0x00);
        boolean documentation = startsWith(in, at, 0x20, 0x01, 0x0d, 0xb8)
                || (startsWith(in, at, 0x3f, 0xff) && (in[at + 2] & 0xf0) == 0); // RFC 9637
        return first >> 5 == 1 && !tunnel && !documentation ? PUBLIC : RESERVED;
    }

    /** Whether sixteen bytes are an IPv4-mapped address. */
    static boolean isMapped(byte[] in, int at) {
        return isZero(in, at, at + 10) && in[at + 10] == -1 && in[at + 11] == -1;
    }

    private static boolean isZero(byte[] in, int from, int to) {
        for (int i = from; i < to; i++) {
            if (in[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean startsWith(byte[] in, int at, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if ((in[at + i] & 0xff) != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
