package libp2p.http.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import libp2p.http.HttpProtocolException;
import libp2p.multiformats.Varint;
import org.jspecify.annotations.Nullable;

/** The parameters of the scheme {@code libp2p-PeerID} in a header field, and what of them is signed. */
final class AuthParameters {
    static final String SCHEME = "libp2p-PeerID";

    /** Characters of a header field that is read. */
    private static final int LONGEST = 2048;

    private final SequencedMap<String, String> values = new LinkedHashMap<>();

    /**
     * Reads the parameters of the scheme; empty if the field has others only.
     *
     * @throws HttpProtocolException if the field is too long or malformed
     */
    static AuthParameters parse(@Nullable String field) throws HttpProtocolException {
        AuthParameters parameters = new AuthParameters();
        if (field == null) {
            return parameters;
        }
        if (field.length() > LONGEST) {
            throw new HttpProtocolException(
                    400, "a field of " + field.length() + " characters, the limit is " + LONGEST);
        }
        int at = field.indexOf(SCHEME);
        if (at < 0) {
            return parameters;
        }
        for (String part : field.substring(at + SCHEME.length()).split("[ ,]+")) {
            if (part.isEmpty()) {
                continue;
            }
            int equals = part.indexOf('=');
            if (equals < 0) { // another scheme follows
                break;
            }
            String value = part.substring(equals + 1);
            if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
                throw new HttpProtocolException(400, "a parameter that is not quoted");
            }
            parameters.values.put(part.substring(0, equals), value.substring(1, value.length() - 1));
        }
        return parameters;
    }

    AuthParameters with(String name, String value) {
        values.put(name, value);
        return this;
    }

    AuthParameters with(String name, byte[] value) {
        return with(name, base64(value));
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    @Nullable
    String get(String name) {
        return values.get(name);
    }

    /** @throws HttpProtocolException if it is absent or no base64 */
    byte[] bytes(String name) throws HttpProtocolException {
        String value = values.get(name);
        if (value == null) {
            throw new HttpProtocolException(401, "no " + name);
        }
        try {
            return Base64.getUrlDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            throw new HttpProtocolException(401, name + " is no base64");
        }
    }

    /** The header field. */
    String text() {
        StringBuilder text = new StringBuilder(SCHEME);
        values.forEach((name, value) -> text.append(text.length() == SCHEME.length() ? " " : ", ")
                .append(name)
                .append("=\"")
                .append(value)
                .append('"'));
        return text.toString();
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    /** The bytes that are signed: the scheme, then each part by name, with its length before it. */
    static byte[] signed(Map<String, byte[]> parts) {
        byte[] scheme = SCHEME.getBytes(StandardCharsets.US_ASCII);
        TreeMap<String, byte[]> sorted = new TreeMap<>(parts);
        int length = scheme.length;
        for (Map.Entry<String, byte[]> part : sorted.entrySet()) {
            length += 10 + part.getKey().length() + 1 + part.getValue().length;
        }
        ByteBuffer out = ByteBuffer.allocate(length).put(scheme);
        sorted.forEach((name, value) -> {
            Varint.encode(name.length() + 1L + value.length, out);
            out.put(name.getBytes(StandardCharsets.US_ASCII)).put((byte) '=').put(value);
        });
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    /** The parts of a signature over a challenge. */
    static byte[] signed(String challengeName, String challenge, String keyName, byte[] key, String hostname) {
        return signed(Map.of(
                challengeName,
                challenge.getBytes(StandardCharsets.UTF_8),
                keyName,
                key,
                "hostname",
                hostname.getBytes(StandardCharsets.UTF_8)));
    }
}
