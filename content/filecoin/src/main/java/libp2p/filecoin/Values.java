package libp2p.filecoin;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.UUID;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one message, read with their bounds. Fields that are not known are passed over, as the code that
 * cbor-gen makes for the other side does.
 */
final class Values {
    private static final DagCbor CBOR = new DagCbor();

    /** Bytes of a whole number of tokens with its sign. */
    private static final int TOKENS = 128;

    private static final int UUID_BYTES = 16;

    private final String what;
    private final SequencedMap<String, Node> fields;

    private Values(String what, SequencedMap<String, Node> fields) {
        this.what = what;
        this.fields = fields;
    }

    /** A message as others write it, who may have the keys in another order. */
    static Node decode(byte[] bytes) {
        return CBOR.decodeLenient(bytes);
    }

    static byte[] encode(Node node) {
        return CBOR.encode(node);
    }

    /** The fields of a map. */
    static Values of(String what, @Nullable Node node) {
        if (node instanceof Node.Mapping map) {
            return new Values(what, map.entries());
        }
        throw new MalformedException(what + ": no map");
    }

    /** The fields of a list by names in order. */
    static Values ofList(String what, @Nullable Node node, String... names) {
        if (!(node instanceof Node.Sequence list) || list.items().size() != names.length) {
            throw new MalformedException(what + ": no list of " + names.length);
        }
        SequencedMap<String, Node> fields = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            fields.put(names[i], list.items().get(i));
        }
        return new Values(what, fields);
    }

    private MalformedException wrong(String field) {
        return new MalformedException(what + ": " + field + " is missing or of another type");
    }

    /** A field that may be null; a missing one is. */
    @Nullable
    Node nullable(String field) {
        Node node = fields.get(field);
        return node instanceof Node.Null ? null : node;
    }

    Node node(String field) {
        Node node = nullable(field);
        if (node == null) {
            throw wrong(field);
        }
        return node;
    }

    byte[] bytes(String field, int most) {
        if (!(fields.get(field) instanceof Node.Bytes bytes)) {
            throw wrong(field);
        }
        if (bytes.value().length > most) {
            throw new MalformedException(
                    what + ": " + field + " of " + bytes.value().length + " bytes, more than " + most);
        }
        return bytes.value();
    }

    String text(String field, int most) {
        if (!(fields.get(field) instanceof Node.Text text)) {
            throw wrong(field);
        }
        if (text.value().length() > most) {
            throw new MalformedException(
                    what + ": " + field + " of " + text.value().length() + " characters, more than " + most);
        }
        return text.value();
    }

    /** False where the field is missing, as in messages of an older version. */
    boolean flag(String field) {
        Node node = fields.get(field);
        if (node != null && !(node instanceof Node.Bool)) {
            throw wrong(field);
        }
        return node instanceof Node.Bool bool && bool.value();
    }

    /** A number that is not negative. */
    long size(String field) {
        long number = number(field);
        if (number < 0) {
            throw wrong(field);
        }
        return number;
    }

    long number(String field) {
        if (!(fields.get(field) instanceof Node.Int number) || number.value().bitLength() > 63) {
            throw wrong(field);
        }
        return number.value().longValue();
    }

    Cid cid(String field) {
        Cid cid = nullableCid(field);
        if (cid == null) {
            throw wrong(field);
        }
        return cid;
    }

    @Nullable
    Cid nullableCid(String field) {
        Node node = nullable(field);
        if (node != null && !(node instanceof Node.Link)) {
            throw wrong(field);
        }
        return node instanceof Node.Link link ? link.cid() : null;
    }

    FilecoinAddress address(String field) {
        return FilecoinAddress.fromBytes(bytes(field, 64));
    }

    WalletSignature signature(String field) {
        return WalletSignature.fromBytes(bytes(field, WalletSignature.DATA + 1));
    }

    UUID uuid(String field) {
        byte[] bytes = bytes(field, UUID_BYTES);
        if (bytes.length != UUID_BYTES) {
            throw wrong(field);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    /** An amount of tokens: a sign of one byte and a magnitude, or nothing for zero. */
    BigInteger tokens(String field) {
        byte[] bytes = bytes(field, TOKENS);
        if (bytes.length == 0) {
            return BigInteger.ZERO;
        }
        if (bytes[0] < 0 || bytes[0] > 1) {
            throw wrong(field);
        }
        return new BigInteger(bytes[0] == 0 ? 1 : -1, bytes, 1, bytes.length - 1);
    }

    static Node.Bytes tokens(BigInteger amount) {
        byte[] magnitude = amount.abs().toByteArray();
        int zeros = magnitude[0] == 0 ? 1 : 0;
        if (amount.signum() == 0) {
            return new Node.Bytes(new byte[0]);
        }
        byte[] bytes = new byte[1 + magnitude.length - zeros];
        bytes[0] = (byte) (amount.signum() < 0 ? 1 : 0);
        System.arraycopy(magnitude, zeros, bytes, 1, magnitude.length - zeros);
        if (bytes.length > TOKENS) {
            throw new MalformedException("an amount of " + bytes.length + " bytes, more than " + TOKENS);
        }
        return new Node.Bytes(bytes);
    }

    static byte[] bytes(UUID uuid) {
        return ByteBuffer.allocate(UUID_BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    static Node nullable(@Nullable Cid cid) {
        return cid == null ? new Node.Null() : new Node.Link(cid);
    }

    /** A map of names and values in turn. */
    static Node.Mapping map(Object... fields) {
        SequencedMap<String, Node> map = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            map.put((String) fields[i], (Node) fields[i + 1]);
        }
        return new Node.Mapping(map);
    }
}
