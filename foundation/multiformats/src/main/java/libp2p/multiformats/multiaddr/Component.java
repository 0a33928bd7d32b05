package libp2p.multiformats.multiaddr;

import java.util.Arrays;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** One protocol of a multiaddr with its value. Immutable; equal if protocol and bytes of the value are. */
public final class Component {
    private final Protocol protocol;
    private final byte[] bytes;
    private final int start;
    private final int valueFrom;
    private final int end;

    /** The component under a cursor; the array is shared and must never change. */
    Component(byte[] bytes, Cursor at) {
        this.protocol = at.protocol();
        this.bytes = bytes;
        this.start = at.start();
        this.valueFrom = at.valueFrom();
        this.end = at.end();
    }

    /**
     * A component without a value.
     *
     * @param protocol one that has no value
     * @return the component
     * @throws MalformedException if the protocol needs a value
     */
    public static Component of(Protocol protocol) {
        return ofBytes(protocol, new byte[0]);
    }

    /**
     * A component with the text of its value.
     *
     * @param protocol one that has a value
     * @param value such as {@code 4001} for {@link Protocol#TCP}; paths begin with a slash
     * @return the component
     * @throws MalformedException if the text is no value of the protocol
     */
    public static Component of(Protocol protocol, String value) {
        Value codec = protocol.value();
        if (codec == null) {
            throw new MalformedException("multiaddr: /" + protocol + " has no value");
        }
        var out = new Sink(64);
        protocol.putCode(out);
        try {
            TextParser.putValue(protocol, codec, value, 0, value.length(), out);
        } catch (MalformedException e) {
            throw new MalformedException(
                    "multiaddr: value " + MalformedException.quote(value) + " of /" + protocol + ": " + e.getMessage());
        }
        return only(out.toBytes());
    }

    /**
     * A component with the bytes of its value.
     *
     * @param protocol any
     * @param value the value, without length; empty for protocols without one
     * @return the component
     * @throws MalformedException if the bytes are no value of the protocol
     */
    public static Component ofBytes(Protocol protocol, byte[] value) {
        var out = new Sink(64);
        protocol.putCode(out);
        int from = out.size();
        try {
            out.put(value, 0, value.length);
        } catch (MalformedException e) {
            throw new MalformedException("multiaddr: value of /" + protocol + ": " + e.getMessage());
        }
        if (protocol.isVariable()) {
            out.insertLength(from);
        } else if (value.length != protocol.size()) {
            throw new MalformedException(
                    "multiaddr: a value of /" + protocol + " has " + protocol.size() + " bytes, not " + value.length);
        }
        return only(out.toBytes());
    }

    private static Component only(byte[] bytes) {
        var cursor = new Cursor(bytes);
        cursor.advance();
        cursor.checkValue();
        return new Component(bytes, cursor);
    }

    /** {@return the protocol} */
    public Protocol protocol() {
        return protocol;
    }

    /** {@return the canonical text of the value, null if the protocol has none} */
    public @Nullable String value() {
        Value codec = protocol.value();
        if (codec == null) {
            return null;
        }
        var text = new StringBuilder();
        codec.print(bytes, valueFrom, end, text);
        return text.toString();
    }

    /** {@return a copy of the bytes of the value, without length; empty if the protocol has none} */
    public byte[] valueBytes() {
        return Arrays.copyOfRange(bytes, valueFrom, end);
    }

    /** {@return a copy of the encoding: code, length if the protocol has one, value} */
    public byte[] toBytes() {
        return Arrays.copyOfRange(bytes, start, end);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Component component
                && Arrays.equals(bytes, start, end, component.bytes, component.start, component.end);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash;
    }

    /** {@return the canonical text, such as {@code /tcp/4001}} */
    @Override
    public String toString() {
        var text = new StringBuilder();
        print(protocol, bytes, valueFrom, end, text);
        return text.toString();
    }

    static void print(Protocol protocol, byte[] bytes, int valueFrom, int end, StringBuilder out) {
        out.append('/').append(protocol.label());
        Value codec = protocol.value();
        if (codec != null) {
            if (!protocol.isPath()) {
                out.append('/');
            }
            codec.print(bytes, valueFrom, end, out);
        }
    }
}
