package libp2p.multiformats.multiaddr;

import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;

/** Turns the text of a multiaddr into bytes. */
final class TextParser {
    private TextParser() {}

    static byte[] parse(String text) {
        if (text.length() > MultiformatsLimits.MULTIADDR_TEXT) {
            throw new MalformedException("multiaddr: a text of " + text.length()
                    + " characters is longer than the limit of " + MultiformatsLimits.MULTIADDR_TEXT);
        }
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '/') {
            end--;
        }
        if (end == 0) {
            throw new MalformedException("multiaddr: empty");
        }
        if (text.charAt(0) != '/') {
            throw new MalformedException("multiaddr: does not begin with a slash: " + MalformedException.quote(text));
        }
        var out = new Sink(Math.min(end + 16, 128));
        int at = 0;
        for (int count = 0; at < end; count++) {
            if (count == MultiformatsLimits.MULTIADDR_COMPONENTS) {
                throw new MalformedException(
                        "multiaddr: more than the limit of " + count + " components at character " + at);
            }
            at = component(text, at + 1, end, out);
        }
        return out.toBytes();
    }

    /** Reads one component, whose name begins at an index, and returns where the slash after it is. */
    private static int component(String text, int from, int end, Sink out) {
        int nameEnd = nextSlash(text, from, end);
        Protocol protocol = Protocol.of(text, from, nameEnd);
        if (protocol == null) {
            throw new MalformedException("multiaddr: unknown protocol "
                    + MalformedException.quote(text.substring(from, nameEnd)) + " at character " + from);
        }
        protocol.putCode(out);
        Value value = protocol.value();
        if (value == null) {
            return nameEnd;
        }
        if (nameEnd == end) {
            throw new MalformedException("multiaddr: no value after /" + protocol + " at character " + from);
        }
        int valueFrom = protocol.isPath() ? nameEnd : nameEnd + 1;
        int valueEnd = protocol.isPath() ? end : nextSlash(text, valueFrom, end);
        try {
            putValue(protocol, value, text, valueFrom, valueEnd, out);
        } catch (MalformedException e) {
            throw new MalformedException(
                    "multiaddr: value " + MalformedException.quote(text.substring(valueFrom, valueEnd)) + " of /"
                            + protocol + " at character " + valueFrom + ": " + e.getMessage());
        }
        return valueEnd;
    }

    /** Appends a value with the length before it where the protocol needs one. */
    static void putValue(Protocol protocol, Value value, String text, int from, int to, Sink out) {
        int start = out.size();
        value.parse(text, from, to, out);
        out.check(value, start);
        if (protocol.isVariable()) {
            out.insertLength(start);
        }
    }

    private static int nextSlash(String text, int from, int end) {
        int slash = text.indexOf('/', from);
        return slash < 0 || slash > end ? end : slash;
    }
}
