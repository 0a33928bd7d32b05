package libp2p.security.tls13;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The extensions of one message by number (RFC 8446, section 4.2): none twice, and not too many. */
final class Extensions {
    static final int SUPPORTED_GROUPS = 10;
    static final int SIGNATURE_ALGORITHMS = 13;
    static final int APPLICATION_PROTOCOLS = 16;
    static final int SUPPORTED_VERSIONS = 43;
    static final int COOKIE = 44;
    static final int KEY_SHARE = 51;
    /** RFC 9001, section 8.2. */
    static final int QUIC_TRANSPORT_PARAMETERS = 57;

    static final int TLS_1_3 = 0x0304;
    static final int X25519 = 0x001d;
    static final int P256 = 0x0017;

    private static final int LIMIT = 64;

    private final Map<Integer, byte[]> values = new LinkedHashMap<>();

    Extensions put(int number, byte[] value) {
        values.put(number, value);
        return this;
    }

    byte @Nullable [] get(int number) {
        return values.get(number);
    }

    Iterable<Integer> numbers() {
        return values.keySet();
    }

    /** A reader over one that must be there. */
    WireReader require(int number, String name) throws TlsException {
        byte[] value = values.get(number);
        if (value == null) {
            throw new TlsException(Alert.MISSING_EXTENSION, "no extension " + name);
        }
        return new WireReader(value);
    }

    static Extensions read(WireReader in) throws TlsException {
        WireReader list = in.vector(2);
        Extensions extensions = new Extensions();
        while (list.hasRemaining()) {
            int number = list.uint16();
            byte[] value = list.vector(2).rest();
            if (extensions.values.put(number, value) != null) {
                throw new TlsException(Alert.ILLEGAL_PARAMETER, "extension " + number + " is there twice");
            }
            if (extensions.values.size() > LIMIT) {
                throw new TlsException(Alert.DECODE_ERROR, "more than the limit of " + LIMIT + " extensions");
            }
        }
        return extensions;
    }

    void write(WireWriter out) {
        out.vector(
                2, list -> values.forEach((number, value) -> list.uint16(number).vector(2, value)));
    }

    /** Numbers of two bytes in a vector. */
    static byte[] numbers(int lengthBytes, int... numbers) {
        return new WireWriter()
                .vector(lengthBytes, list -> {
                    for (int number : numbers) {
                        list.uint16(number);
                    }
                })
                .toByteArray();
    }

    static boolean contains(WireReader extension, int lengthBytes, int number) throws TlsException {
        WireReader list = extension.vector(lengthBytes);
        extension.expectEnd();
        boolean found = false;
        while (list.hasRemaining()) {
            found |= list.uint16() == number;
        }
        return found;
    }

    static byte[] protocols(List<String> names) {
        return new WireWriter()
                .vector(2, list -> names.forEach(name -> list.vector(1, name.getBytes(StandardCharsets.UTF_8))))
                .toByteArray();
    }

    static List<String> protocols(byte[] value) throws TlsException {
        WireReader in = new WireReader(value);
        WireReader list = in.vector(2);
        in.expectEnd();
        List<String> names = new ArrayList<>();
        while (list.hasRemaining()) {
            names.add(new String(list.vector(1).rest(), StandardCharsets.UTF_8));
        }
        return names;
    }
}
