package libp2p.transports.tcp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The protocol of a client on a TCP port, told by its first bytes. */
public enum Traffic {
    /** A raw libp2p connection: multistream-select, or the random bytes of a private network. */
    RAW,
    /** A TLS handshake record. */
    TLS,
    /** A request of HTTP/1, or the preface of HTTP/2. */
    HTTP;

    /** No more bytes than these are needed to tell. */
    static final int LONGEST_PREFIX = 8;

    private static final byte HANDSHAKE_RECORD = 0x16;
    private static final byte TLS_MAJOR_VERSION = 0x03;
    private static final List<byte[]> METHODS = List.of(
                    "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "TRACE ", "CONNECT ", "PRI ")
            .stream()
            .map(text -> text.getBytes(StandardCharsets.US_ASCII))
            .toList();

    /**
     * Tells the traffic by the bytes that a client sent first; what is neither TLS nor HTTP counts as raw.
     *
     * @param length how many of the bytes are there
     * @return null if more bytes are needed
     */
    static @Nullable Traffic of(byte[] first, int length) {
        if (length == 0) {
            return null;
        }
        if (first[0] == HANDSHAKE_RECORD) {
            return length == 1 ? null : first[1] == TLS_MAJOR_VERSION ? TLS : RAW;
        }
        boolean undecided = false;
        for (byte[] method : METHODS) {
            int common = Math.min(length, method.length);
            if (Arrays.equals(first, 0, common, method, 0, common)) {
                if (common == method.length) {
                    return HTTP;
                }
                undecided = true;
            }
        }
        return undecided ? null : RAW;
    }
}
