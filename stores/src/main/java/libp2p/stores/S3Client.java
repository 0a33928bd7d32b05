package libp2p.stores;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import libp2p.blocks.StoreException;
import libp2p.core.environment.Environment;

/** Signed requests to one bucket (AWS Signature Version 4), with path-style URLs. Thread-safe. */
final class S3Client implements AutoCloseable {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
    private static final int ERROR_BYTES = 4096;

    /** An answer with its whole body. */
    record Answer(int status, Map<String, java.util.List<String>> headers, byte[] body) {
        String header(String name) {
            return headers.getOrDefault(name, java.util.List.of("")).getFirst();
        }
    }

    private final Environment environment;
    private final S3Options options;
    private final Limits limits;
    private final HttpClient client;

    S3Client(Environment environment, S3Options options, Limits limits) {
        this.environment = environment;
        this.options = options;
        this.limits = limits;
        client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limits.request())
                .version(HttpClient.Version.HTTP_1_1)
                .executor(task -> environment.start("s3", task))
                .build();
    }

    /**
     * Sends a request and reads the answer; blocks.
     *
     * @param key of the object, or empty for the bucket
     * @param most bytes of the answer that are read
     * @throws StoreException if there is no answer, or one of 5xx
     */
    Answer call(String method, String key, TreeMap<String, String> query, byte[] body, int most) throws IOException {
        String path = "/" + escaped(options.bucket(), false) + (key.isEmpty() ? "" : "/" + escaped(key, true));
        StringBuilder parameters = new StringBuilder();
        query.forEach((name, value) -> parameters
                .append(parameters.isEmpty() ? "" : "&")
                .append(escaped(name, false))
                .append('=')
                .append(escaped(value, false)));
        URI endpoint = options.endpoint();
        URI uri = URI.create(endpoint.getScheme() + "://" + endpoint.getRawAuthority() + path
                + (query.isEmpty() ? "" : "?" + parameters));
        String time = TIME.format(ZonedDateTime.ofInstant(environment.wallClock(), ZoneOffset.UTC));
        String hash = hex(sha256(body));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(limits.request())
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .setHeader("x-amz-date", time)
                .setHeader("x-amz-content-sha256", hash)
                .setHeader("Authorization", authorization(method, uri, path, parameters.toString(), time, hash))
                .build();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                byte[] read = in.readNBytes(most + 1);
                if (response.statusCode() >= 500 || response.statusCode() == 403 || response.statusCode() == 429) {
                    throw failed(method, key, response.statusCode(), read);
                }
                if (read.length > most) {
                    throw new StoreException("s3: an answer of more than " + most + " bytes", null);
                }
                return new Answer(response.statusCode(), response.headers().map(), read);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + endpoint);
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException("s3: " + endpoint + ": " + e, e);
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

    private String authorization(String method, URI uri, String path, String query, String time, String hash) {
        String date = time.substring(0, 8);
        String canonical = method + "\n" + path + "\n" + query + "\nhost:" + uri.getRawAuthority()
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
        client.shutdownNow();
    }
}
