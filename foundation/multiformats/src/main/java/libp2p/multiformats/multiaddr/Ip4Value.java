package libp2p.multiformats.multiaddr;

import libp2p.multiformats.MalformedException;

/** An IPv4 address: four decimal numbers without leading zeros. */
final class Ip4Value implements Value {
    @Override
    public void parse(String text, int from, int to, Sink out) {
        int address = parse(text, from, to);
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.put(address >>> shift);
        }
    }

    static int parse(String text, int from, int to) {
        int address = 0;
        int at = from;
        for (int i = 0; i < 4; i++) {
            if (i > 0 && (at == to || text.charAt(at++) != '.')) {
                throw malformed();
            }
            int start = at;
            int number = 0;
            while (at < to && at - start < 3 && isDigit(text.charAt(at))) {
                number = number * 10 + text.charAt(at++) - '0';
            }
            if (at == start || number > 255 || (at - start > 1 && text.charAt(start) == '0')) {
                throw malformed();
            }
            address = (address << 8) | number;
        }
        if (at != to) {
            throw malformed();
        }
        return address;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static MalformedException malformed() {
        return new MalformedException("not an IPv4 address");
    }

    @Override
    public void check(byte[] in, int from, int to) {
        // Every four bytes are an address.
    }

    @Override
    public void print(byte[] in, int from, int to, StringBuilder out) {
        for (int i = from; i < to; i++) {
            if (i > from) {
                out.append('.');
            }
            out.append(in[i] & 0xff);
        }
    }
}
