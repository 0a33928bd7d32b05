package libp2p.nat.address;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * The rule by which addresses count as public: those that are, and those of networks that are assumed to be, for rigs
 * and tests. Immutable.
 */
public final class Publicness {
    /** Assumes nothing: only public addresses are. */
    public static final Publicness STRICT = new Publicness(List.of());

    private static final int IP4_BYTES = 4;

    private record Prefix(byte[] bytes, int bits) {
        boolean contains(byte[] address) {
            if (address.length != bytes.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((address[bit >> 3] & mask) != (bytes[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Prefix prefix && bits == prefix.bits && Arrays.equals(bytes, prefix.bytes);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(bytes) + bits;
        }
    }

    private final List<Prefix> assumed;

    private Publicness(List<Prefix> assumed) {
        this.assumed = assumed;
    }

    /**
     * Also the addresses of some networks.
     *
     * @param networks such as {@code 198.51.100.0/24} or {@code 127.0.0.0/8}
     * @throws MalformedException if one is none
     */
    public static Publicness assuming(List<String> networks) {
        return networks.isEmpty()
                ? STRICT
                : new Publicness(networks.stream().map(Publicness::prefix).toList());
    }

    private static Prefix prefix(String text) {
        int slash = text.indexOf('/');
        try {
            String ip = slash < 0 ? text : text.substring(0, slash);
            byte[] bytes = InetAddress.ofLiteral(ip).getAddress();
            if (bytes.length == IP4_BYTES && !ip.matches("\\d+(\\.\\d+){3}")) { // the JDK also takes 127.1
                throw new MalformedException("not an IPv4 address of four numbers: '" + text + "'");
            }
            int bits = slash < 0 ? 8 * bytes.length : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > 8 * bytes.length) {
                throw new MalformedException("a prefix of " + bits + " bits: '" + text + "'");
            }
            return new Prefix(bytes, bits);
        } catch (NumberFormatException e) {
            throw new MalformedException("not a network such as 10.0.0.0/8: '" + text + "'");
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException("not a network such as 10.0.0.0/8: '" + text + "'");
        }
    }

    /** Whether an IP address counts as public. */
    public boolean isPublic(InetAddress address) {
        return isAssumed(address) || Multiaddr.ofIp(address).isPublic();
    }

    /** Whether a multiaddr begins with an IP address that counts as public, or with a name that may have one. */
    public boolean isPublic(Multiaddr address) {
        InetAddress ip = address.ip();
        return address.isPublic() || ip != null && isAssumed(ip);
    }

    private boolean isAssumed(InetAddress address) {
        byte[] bytes = address.getAddress();
        return assumed.stream().anyMatch(prefix -> prefix.contains(bytes));
    }
}
