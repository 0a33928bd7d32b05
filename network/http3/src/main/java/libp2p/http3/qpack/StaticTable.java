package libp2p.http3.qpack;

import java.util.List;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;

/** The static table of QPACK (RFC 9204, appendix A). */
final class StaticTable {
    private static final List<Field> FIELDS = List.of(
            new Field(":authority", ""),
            new Field(":path", "/"),
            new Field("age", "0"),
            new Field("content-disposition", ""),
            new Field("content-length", "0"),
            new Field("cookie", ""),
            new Field("date", ""),
            new Field("etag", ""),
            new Field("if-modified-since", ""),
            new Field("if-none-match", ""),
            new Field("last-modified", ""),
            new Field("link", ""),
            new Field("location", ""),
            new Field("referer", ""),
            new Field("set-cookie", ""),
            new Field(":method", "CONNECT"),
            new Field(":method", "DELETE"),
            new Field(":method", "GET"),
            new Field(":method", "HEAD"),
            new Field(":method", "OPTIONS"),
            new Field(":method", "POST"),
            new Field(":method", "PUT"),
            new Field(":scheme", "http"),
            new Field(":scheme", "https"),
            new Field(":status", "103"),
            new Field(":status", "200"),
            new Field(":status", "304"),
            new Field(":status", "404"),
            new Field(":status", "503"),
            new Field("accept", "*/*"),
            new Field("accept", "application/dns-message"),
            new Field("accept-encoding", "gzip, deflate, br"),
            new Field("accept-ranges", "bytes"),
            new Field("access-control-allow-headers", "cache-control"),
            new Field("access-control-allow-headers", "content-type"),
            new Field("access-control-allow-origin", "*"),
            new Field("cache-control", "max-age=0"),
            new Field("cache-control", "max-age=2592000"),
            new Field("cache-control", "max-age=604800"),
            new Field("cache-control", "no-cache"),
            new Field("cache-control", "no-store"),
            new Field("cache-control", "public, max-age=31536000"),
            new Field("content-encoding", "br"),
            new Field("content-encoding", "gzip"),
            new Field("content-type", "application/dns-message"),
            new Field("content-type", "application/javascript"),
            new Field("content-type", "application/json"),
            new Field("content-type", "application/x-www-form-urlencoded"),
            new Field("content-type", "image/gif"),
            new Field("content-type", "image/jpeg"),
            new Field("content-type", "image/png"),
            new Field("content-type", "text/css"),
            new Field("content-type", "text/html; charset=utf-8"),
            new Field("content-type", "text/plain"),
            new Field("content-type", "text/plain;charset=utf-8"),
            new Field("range", "bytes=0-"),
            new Field("strict-transport-security", "max-age=31536000"),
            new Field("strict-transport-security", "max-age=31536000; includesubdomains"),
            new Field("strict-transport-security", "max-age=31536000; includesubdomains; preload"),
            new Field("vary", "accept-encoding"),
            new Field("vary", "origin"),
            new Field("x-content-type-options", "nosniff"),
            new Field("x-xss-protection", "1; mode=block"),
            new Field(":status", "100"),
            new Field(":status", "204"),
            new Field(":status", "206"),
            new Field(":status", "302"),
            new Field(":status", "400"),
            new Field(":status", "403"),
            new Field(":status", "421"),
            new Field(":status", "425"),
            new Field(":status", "500"),
            new Field("accept-language", ""),
            new Field("access-control-allow-credentials", "FALSE"),
            new Field("access-control-allow-credentials", "TRUE"),
            new Field("access-control-allow-headers", "*"),
            new Field("access-control-allow-methods", "get"),
            new Field("access-control-allow-methods", "get, post, options"),
            new Field("access-control-allow-methods", "options"),
            new Field("access-control-expose-headers", "content-length"),
            new Field("access-control-request-headers", "content-type"),
            new Field("access-control-request-method", "get"),
            new Field("access-control-request-method", "post"),
            new Field("alt-svc", "clear"),
            new Field("authorization", ""),
            new Field("content-security-policy", "script-src 'none'; object-src 'none'; base-uri 'none'"),
            new Field("early-data", "1"),
            new Field("expect-ct", ""),
            new Field("forwarded", ""),
            new Field("if-range", ""),
            new Field("origin", ""),
            new Field("purpose", "prefetch"),
            new Field("server", ""),
            new Field("timing-allow-origin", "*"),
            new Field("upgrade-insecure-requests", "1"),
            new Field("user-agent", ""),
            new Field("x-forwarded-for", ""),
            new Field("x-frame-options", "deny"),
            new Field("x-frame-options", "sameorigin"));

    private StaticTable() {}

    /** The field line with an index, from 0. */
    static Field get(long index) throws Http3Exception {
        if (index >= FIELDS.size()) {
            throw new Http3Exception(Http3Error.QPACK_DECOMPRESSION_FAILED, "the static table has no index " + index);
        }
        return FIELDS.get((int) index);
    }

    /** The index of a field line, or -1 if it is not there with this value. */
    static int find(Field field) {
        return FIELDS.indexOf(field);
    }

    /** The first index of a name, or -1. */
    static int findName(String name) {
        for (int i = 0; i < FIELDS.size(); i++) {
            if (FIELDS.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
