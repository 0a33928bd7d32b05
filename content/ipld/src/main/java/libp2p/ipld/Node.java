package libp2p.ipld;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * A value of the <a href="https://ipld.io/docs/data-model/">IPLD data model</a>. Values are equal if they are the same
 * data; the entries of maps keep the order in which they were read or put, which equality ignores. Immutable as far as
 * the lists, maps and arrays that they are made of are left alone.
 */
public sealed interface Node {
    /** The kinds of the data model. */
    enum Kind {
        /** Null. */
        NULL,
        /** True or false. */
        BOOL,
        /** An integer. */
        INT,
        /** A number with a fraction. */
        FLOAT,
        /** Text. */
        STRING,
        /** Bytes. */
        BYTES,
        /** Values in order. */
        LIST,
        /** Values by name. */
        MAP,
        /** The root of another block. */
        LINK
    }

    /** Which kind of value this is. */
    Kind kind();

    /** The value of an entry of a map or of a position in a list; null if there is none or this is neither. */
    default @Nullable Node get(String segment) {
        return null;
    }

    /** Nothing. */
    record Null() implements Node {
        @Override
        public Kind kind() {
            return Kind.NULL;
        }
    }

    /**
     * True or false.
     *
     * @param value the value
     */
    record Bool(boolean value) implements Node {
        @Override
        public Kind kind() {
            return Kind.BOOL;
        }
    }

    /**
     * An integer, in DAG-CBOR from −2⁶⁴ to 2⁶⁴ − 1.
     *
     * @param value the value
     */
    record Int(BigInteger value) implements Node {
        @Override
        public Kind kind() {
            return Kind.INT;
        }
    }

    /**
     * A number of 64 bits, neither infinite nor NaN where it is encoded.
     *
     * @param value the value
     */
    record Float(double value) implements Node {
        @Override
        public Kind kind() {
            return Kind.FLOAT;
        }
    }

    /**
     * Text.
     *
     * @param value the value; valid Unicode
     */
    record Text(String value) implements Node {
        @Override
        public Kind kind() {
            return Kind.STRING;
        }
    }

    /**
     * Bytes.
     *
     * @param value the value; not copied
     */
    record Bytes(byte[] value) implements Node {
        @Override
        public Kind kind() {
            return Kind.BYTES;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }
    }

    /**
     * Values in order.
     *
     * @param items in order
     */
    record Sequence(List<Node> items) implements Node {
        @Override
        public Kind kind() {
            return Kind.LIST;
        }

        @Override
        public @Nullable Node get(String segment) {
            if (segment.isEmpty() || segment.length() > 9 || !segment.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return null;
            }
            int index = Integer.parseInt(segment);
            return index < items.size() ? items.get(index) : null;
        }
    }

    /**
     * Values by name.
     *
     * @param entries in order
     */
    record Mapping(SequencedMap<String, Node> entries) implements Node {
        @Override
        public Kind kind() {
            return Kind.MAP;
        }

        @Override
        public @Nullable Node get(String segment) {
            return entries.get(segment);
        }
    }

    /**
     * The root of another block.
     *
     * @param cid of the other block
     */
    record Link(Cid cid) implements Node {
        @Override
        public Kind kind() {
            return Kind.LINK;
        }
    }

    /** An integer. */
    static Int of(long value) {
        return new Int(BigInteger.valueOf(value));
    }

    /** Text. */
    static Text of(String value) {
        return new Text(value);
    }

    /** A list of values. */
    static Sequence list(Node... items) {
        return new Sequence(List.of(items));
    }
}
