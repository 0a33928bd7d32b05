package libp2p.core.identity;

import java.util.Arrays;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import org.jspecify.annotations.Nullable;

/**
 * The message {@code {Type = 1; Data = 2}} of public and private keys. It has one encoding only: both fields, in order,
 * with the shortest varints, nothing else.
 */
record KeyMessage(KeyType type, byte[] data) {
    private static final int TYPE = 1;
    private static final int DATA = 2;

    static KeyMessage decode(String name, byte[] bytes, int maxBytes) throws MalformedKeyException {
        KeyType type = null;
        byte[] data = null;
        try {
            ProtobufReader in = ProtobufReader.of(name, bytes, maxBytes, 2);
            while (in.next()) {
                switch (in.field()) {
                    case TYPE -> type = knownType(name, in.uint64());
                    case DATA -> data = in.bytes(maxBytes);
                    default -> throw in.error("no such field in a key");
                }
            }
        } catch (ProtobufException malformed) {
            wipe(data);
            throw new MalformedKeyException(String.valueOf(malformed.getMessage()), malformed);
        }
        if (type == null || data == null) {
            wipe(data);
            throw new MalformedKeyException(name + ": no " + (type == null ? "type" : "data"));
        }
        KeyMessage message = new KeyMessage(type, data);
        byte[] canonical = message.encode();
        boolean same = Arrays.equals(canonical, bytes);
        wipe(canonical);
        if (!same) {
            wipe(data);
            throw new MalformedKeyException(name + ": not in the canonical encoding");
        }
        return message;
    }

    byte[] encode() {
        ProtobufWriter out = new ProtobufWriter();
        out.uint64(TYPE, type.code()).bytes(DATA, data);
        return out.toByteArray();
    }

    private static KeyType knownType(String name, long code) throws MalformedKeyException {
        KeyType type = KeyType.of(code);
        if (type == null) {
            throw new MalformedKeyException(name + ": unknown type " + Long.toUnsignedString(code));
        }
        return type;
    }

    private static void wipe(byte @Nullable [] secret) {
        if (secret != null) {
            Arrays.fill(secret, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "KeyMessage[" + type + "]";
    }
}
