package libp2p.stores;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import libp2p.blocks.StoreException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpRequest;
import libp2p.http.client.JdkHttpClient;
import org.jspecify.annotations.Nullable;

/** Signed requests to one bucket (AWS Signature Version 4), with path-style URLs. Thread-safe. */
final class S3Client implements AutoCloseable {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
    /** Of an answer that tells what went wrong, at most. */
    static final int ERROR_BYTES = 65_536;
    /** A request whose time is so wrong may have been refused for that. */
    private static final Duration SKEW = Duration.ofSeconds(60);

    /** An answer with its whole body. */
    record Answer(int status, HttpHeaders headers, byte[] body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        /**
         * The time by the clock of the store, in whole seconds.
         *
         * @throws StoreException if the answer tells none
         */
        Instant date() throws StoreException {
            return instant("date");
        }

        /** When the object was written by the clock of the store, in whole seconds. */
        Instant modified() throws StoreException {
            return instant("last-modified");
        }

        private Instant instant(String header) throws StoreException {
            try {
                return ZonedDateTime.parse(header(header), DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
            } catch (DateTimeParseException e) {
                throw new StoreException("s3: an answer has no time in its header " + header, e);
            }
        }
    }

    private final Environment environment;
    private final S3Options options;
    private final SharedStoreLimits limits;
    private final HttpClient client;
    private volatile @Nullable Clock clock;

    /** A time that the store told, and when it was heard. */
    private record Clock(Instant date, long nanos) {}

    S3Client(Environment environment, S3Options options, SharedStoreLimits limits) {
        this.environment = environment;
        this.options = options;
        this.limits = limits;
        client = new JdkHttpClient(environment, origin(options.endpoint()), null);
    }

    /** Scheme, host and port: the path of a request is the whole one that is signed. */
    private static URI origin(URI endpoint) {
        return URI.create(endpoint.getScheme() + "://" + endpoint.getRawAuthority());
    }

    /** A request without parameters and body. */
    Answer call(String method, String key, int most) throws IOException {
        return call(method, key, new TreeMap<>(), new byte[0], most);
    }

    /**
     * Sends a request and reads the answer; blocks. It is signed with the time of the store, as soon as that is known: a
     * clock of this node that is wrong does not matter.
     *
     * @param key of the object, or empty for the bucket
     * @param most bytes of the answer that are read
     * @throws StoreException if there is no answer, or one of 403, 429 or 5xx
     */
    Answer call(String method, String key, TreeMap<String, String> query, byte[] body, int most) throws IOException {
        Instant time = time();
        Answer answer = send(method, key, query, body, most, time);
        if (answer.status() == 403 && Duration.between(time, time()).abs().compareTo(SKEW) > 0) {
            answer = send(method, key, query, body, most, time()); // the store has told its time
        }
        int status = answer.status();
        if (status >= 500 || status == 403 || status == 429) {
            throw failed(method, key, status, answer.body());
        }
        if (answer.body().length > most) {
            throw new StoreException("s3: an answer of more than " + most + " bytes", null);
        }
        return answer;
    }

    /** Writes an object; blocks. */
    void put(String key, byte[] body) throws IOException {
        Answer answer = call("PUT", key, new TreeMap<>(), body, ERROR_BYTES);
        if (answer.status() != 200) {
            throw failed("PUT", key, answer.status(), answer.body());
        }
    }

    /** Removes an object, whatever it is by now, if it is there; blocks. */
    void delete(String key) throws IOException {
        Answer answer = call("DELETE", key, ERROR_BYTES);
        if (answer.status() != 204 && answer.status() != 200 && answer.status() != 404) {
            throw failed("DELETE", key, answer.status(), answer.body());
        }
    }

    private Instant time() {
        Clock heard = clock;
        return heard == null ? environment.wallClock() : heard.date().plusNanos(environment.nanoTime() - heard.nanos());
    }

    private Answer send(String method, String key, TreeMap<String, String> query, byte[] body, int most, Instant at)
            throws IOException {
        String path = "/" + escaped(options.bucket(), false) + (key.isEmpty() ? "" : "/" + escaped(key, true));
        StringBuilder parameters = new StringBuilder();
        query.forEach((name, value) -> parameters
                .append(parameters.isEmpty() ? "" : "&")
                .append(escaped(name, false))
                .append('=')
                .append(escaped(value, false)));
        String time = TIME.format(ZonedDateTime.ofInstant(at, ZoneOffset.UTC));
        String hash = hex(sha256(body));
        Map<String, String> headers = Map.of(
                "x-amz-date", time,
                "x-amz-content-sha256", hash,
                "Authorization", authorization(method, path, parameters.toString(), time, hash));
        HttpRequest request = HttpRequest.of(method, path + (query.isEmpty() ? "" : "?" + parameters), headers)
                .withBody(body);
        Deadline deadline = Deadline.after(environment, limits.request());
        try (HttpClientResponse response = client.send(request, deadline)) {
            byte[] read = response.body().readNBytes(most + 1);
            Answer answer = new Answer(response.status(), response.headers(), read);
            if (!answer.header("date").isEmpty()) {
                clock = new Clock(answer.date(), environment.nanoTime());
            }
            return answer;
        } catch (StoreException e) {
            throw e;
        } catch (InterruptedIOException e) {
            if (e instanceof DeadlineExceededException) {
                throw new StoreException("s3: " + e.getMessage(), e);
            }
            throw e;
        } catch (IOException e) {
            throw new StoreException("s3: " + e.getMessage(), e);
        }
    }

    static StoreException failed(String method, String key, int status, byte[] body) {
        String text = new String(body, 0, Math.min(body.length, ERROR_BYTES), StandardCharsets.UTF_8);
        String code = text.contains("<Code>") && text.contains("</Code>")
                ? text.substring(text.indexOf("<Code>") + 6, text.indexOf("</Code>"))
                        .replaceAll("[^A-Za-z]", "")
                : "";
        return new StoreException(
                "s3: " + method + " " + key + " was answered with status " + status + " " + code, null);
    }

    private String authorization(String method, String path, String query, String time, String hash) {
        String date = time.substring(0, 8);
        String canonical = method + "\n" + path + "\n" + query + "\nhost:"
                + options.endpoint().getRawAuthority()
                + "\nx-amz-content-sha256:" + hash + "\nx-amz-date:" + time
                + "\n\nhost;x-amz-content-sha256;x-amz-date\n" + hash;
        String scope = date + "/" + options.region() + "/s3/aws4_request";
        String text = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n"
                + hex(sha256(canonical.getBytes(StandardCharsets.UTF_8)));
        byte[] key = mac(("AWS4" + options.secretKey()).getBytes(StandardCharsets.UTF_8), date);
        for (String part : new String[] {options.region(), "s3", "aws4_request"}) {
            key = mac(key, part);
        }
        return "AWS4-HMAC-SHA256 Credential=" + options.accessKey() + "/" + scope
                + ", SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=" + hex(mac(key, text));
    }

    static String escaped(String text, boolean path) {
        String escaped = URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
        return path ? escaped.replace("%2F", "/") : escaped;
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        client.close();
    }
}
