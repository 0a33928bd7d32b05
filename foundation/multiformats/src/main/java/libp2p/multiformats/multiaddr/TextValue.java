package libp2p.multiformats.multiaddr;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import libp2p.multiformats.MalformedException;

/**
 * UTF-8 text: domain names, zones, and paths, which alone may contain slashes and must begin with one. Control,
 * format and line-separator characters are refused, so that addresses of strangers can be logged.
 */
record TextValue(boolean path) implements Value {
    static final TextValue NAME = new TextValue(false);
    static final TextValue PATH = new TextValue(true);

    @Override
    public void parse(String text, int from, int to, Sink out) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                byte[] utf8 = Utf8.encode(text, i, to);
                out.put(utf8, 0, utf8.length);
                return;
            }
            out.put(c);
        }
    }

    @Override
    public void check(byte[] in, int from, int to) {
        if (from == to) {
            throw new MalformedException("empty");
        }
        boolean ascii = true;
        for (int i = from; i < to; i++) {
            byte b = in[i];
            if (b == '/' && !path) {
                throw new MalformedException("contains a slash");
            }
            if ((b >= 0 && b < ' ') || b == 0x7f) {
                throw new MalformedException("contains a control character");
            }
            ascii &= b >= 0;
        }
        if (!ascii) {
            checkUtf8(in, from, to);
        }
        if (path && (to - from < 2 || in[from] != '/' || in[to - 1] == '/')) {
            throw new MalformedException("a path must begin with a slash, not end with one, and not be empty");
        }
    }

    private static void checkUtf8(byte[] in, int from, int to) {
        try {
            CharSequence text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(in, from, to - from));
            for (int i = 0; i < text.length(); i++) {
                switch (Character.getType(text.charAt(i))) {
                    case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                        throw new MalformedException("contains a control or format character");
                    default -> {}
                }
            }
        } catch (CharacterCodingException e) {
            throw new MalformedException("not UTF-8");
        }
    }

    @Override
    public void print(byte[] in, int from, int to, StringBuilder out) {
        for (int i = from; i < to; i++) {
            if (in[i] < 0) {
                out.append(new String(in, i, to - i, StandardCharsets.UTF_8));
                return;
            }
            out.append((char) in[i]);
        }
    }
}
