package libp2p.multiformats.multiaddr;

import libp2p.multiformats.MalformedException;

/**
 * An IPv6 address. Reads every form of RFC 4291, also with an IPv4 tail, but no zone; writes the form of RFC 5952,
 * mapped IPv4 addresses as {@code ::ffff:192.0.2.1}.
 */
final class Ip6Value implements Value {
    private static final int GROUPS = 8;
    private static final Ip4Value IP4 = new Ip4Value();

    @Override
    public void parse(String text, int from, int to, Sink out) {
        var groups = new char[GROUPS];
        int count = 0;
        int gap = -1;
        int at = from;
        if (to - from >= 2 && text.charAt(from) == ':') {
            if (text.charAt(from + 1) != ':') {
                throw malformed();
            }
            gap = 0;
            at = from + 2;
        }
        while (at < to) {
            int end = text.indexOf(':', at);
            end = end < 0 || end > to ? to : end;
            if (end == to && hasDot(text, at, to)) {
                if (count > GROUPS - 2) {
                    throw malformed();
                }
                int tail = Ip4Value.parse(text, at, to);
                groups[count++] = (char) (tail >>> 16);
                groups[count++] = (char) tail;
                break;
            }
            if (count == GROUPS) {
                throw malformed();
            }
            groups[count++] = group(text, at, end);
            if (end == to) {
                break;
            }
            at = end + 1;
            if (at == to) {
                throw malformed();
            }
            if (text.charAt(at) == ':') {
                if (gap >= 0) {
                    throw malformed();
                }
                gap = count;
                at++;
            }
        }
        write(groups, count, gap, out);
    }

    private static void write(char[] groups, int count, int gap, Sink out) {
        if (gap < 0 ? count != GROUPS : count == GROUPS) {
            throw malformed();
        }
        for (int i = 0; i < GROUPS; i++) {
            int zeros = GROUPS - count;
            int group = gap < 0 || i < gap ? groups[i] : i < gap + zeros ? 0 : groups[i - zeros];
            out.put(group >>> 8);
            out.put(group);
        }
    }

    private static boolean hasDot(String text, int from, int to) {
        int dot = text.indexOf('.', from);
        return dot >= 0 && dot < to;
    }

    private static char group(String text, int from, int to) {
        if (to == from || to - from > 4) {
            throw malformed();
        }
        int group = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw malformed();
            }
            group = (group << 4) | digit;
        }
        return (char) group;
    }

    private static MalformedException malformed() {
        return new MalformedException("not an IPv6 address");
    }

    @Override
    public void check(byte[] in, int from, int to) {
        // Every sixteen bytes are an address.
    }

    @Override
    public void print(byte[] in, int from, int to, StringBuilder out) {
        if (IpScope.isMapped(in, from)) {
            out.append("::ffff:");
            IP4.print(in, from + 12, to, out);
            return;
        }
        int gap = -1;
        int gapLength = 1; // a single zero group is written out
        for (int i = 0; i < GROUPS; i++) {
            int zeros = 0;
            while (i + zeros < GROUPS && groupAt(in, from, i + zeros) == 0) {
                zeros++;
            }
            if (zeros > gapLength) {
                gap = i;
                gapLength = zeros;
            }
            i += zeros;
        }
        for (int i = 0; i < GROUPS; i++) {
            if (i == gap) {
                out.append("::");
                i += gapLength - 1;
                continue;
            }
            if (i > 0 && i != gap + gapLength) {
                out.append(':');
            }
            out.append(Integer.toHexString(groupAt(in, from, i)));
        }
    }

    private static int groupAt(byte[] in, int from, int group) {
        return ((in[from + 2 * group] & 0xff) << 8) | (in[from + 2 * group + 1] & 0xff);
    }
}
