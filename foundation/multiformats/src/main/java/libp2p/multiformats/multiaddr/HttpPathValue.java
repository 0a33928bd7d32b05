package libp2p.multiformats.multiaddr;

import libp2p.multiformats.MalformedException;

/**
 * An HTTP path: any bytes, escaped as the reference implementation does it, that is like a query string: space is
 * {@code +}, and everything but letters, digits and {@code -_.~} is {@code %XX}.
 */
final class HttpPathValue implements Value {
    @Override
    public void parse(String text, int from, int to, Sink out) {
        int i = from;
        while (i < to) {
            char c = text.charAt(i);
            if (c == '%') {
                if (to - i < 3) {
                    throw new MalformedException("an escape is cut off");
                }
                out.put((hexDigit(text.charAt(i + 1)) << 4) | hexDigit(text.charAt(i + 2)));
                i += 3;
            } else if (c < 0x80) {
                out.put(c == '+' ? ' ' : c);
                i++;
            } else {
                int end = i + Character.charCount(text.codePointAt(i));
                byte[] utf8 = Utf8.encode(text, i, Math.min(end, to));
                out.put(utf8, 0, utf8.length);
                i = end;
            }
        }
    }

    private static int hexDigit(char c) {
        int digit = c < 0x80 ? Character.digit(c, 16) : -1;
        if (digit < 0) {
            throw new MalformedException("an escape is not hexadecimal");
        }
        return digit;
    }

    @Override
    public void check(byte[] in, int from, int to) {
        if (from == to) {
            throw new MalformedException("empty");
        }
    }

    @Override
    public void print(byte[] in, int from, int to, StringBuilder out) {
        for (int i = from; i < to; i++) {
            int b = in[i] & 0xff;
            if (isPlain(b)) {
                out.append((char) b);
            } else if (b == ' ') {
                out.append('+');
            } else {
                out.append('%').append(hex(b >>> 4)).append(hex(b & 0xf));
            }
        }
    }

    private static char hex(int digit) {
        return "0123456789ABCDEF".charAt(digit);
    }

    private static boolean isPlain(int b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '-'
                || b == '_'
                || b == '.'
                || b == '~';
    }
}
