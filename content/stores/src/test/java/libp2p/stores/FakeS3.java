package libp2p.stores;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * An object store in memory that is as strict as the strictest real one: consistent, dates in whole seconds of its own
 * clock, requests refused that were signed 15 minutes off, no conditional requests, keys escaped in listings, pages of
 * a few keys. Requests can be held.
 */
final class FakeS3 implements AutoCloseable {
    private static final int PAGE = 3;
    private static final DateTimeFormatter SIGNED =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter HTTP = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private record Stored(byte[] data, Instant modified) {}

    /** A request as tests name it, for example {@code GET ?prefix=blocks/} or {@code PUT blocks/ab/1220ab}. */
    private record Hold(Predicate<String> which, CountDownLatch arrived, CountDownLatch released, int status) {}

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final TreeMap<String, Stored> objects = new TreeMap<>();
    private final List<Hold> holds = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Set<String> cut = ConcurrentHashMap.newKeySet();
    private volatile boolean down;
    private volatile Random delays;
    private volatile Duration ahead = Duration.ZERO;

    FakeS3() throws IOException {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    sockets.add(socket);
                    Thread.ofVirtual().start(() -> serve(socket));
                }
            } catch (IOException closed) {
                return;
            }
        });
    }

    S3Options options(String prefix) {
        return new S3Options(
                URI.create("http://127.0.0.1:" + server.getLocalPort()),
                "us-east-1",
                "libp2p",
                prefix,
                "key",
                "secret");
    }

    /** Time passes for the store. */
    void pass(Duration time) {
        ahead = ahead.plus(time);
    }

    private Instant now() {
        return Instant.now().plus(ahead).truncatedTo(ChronoUnit.SECONDS);
    }

    /** Lets requests take some time before and after they are done, and some much more than the others. */
    void delay(Random delays) {
        this.delays = delays;
    }

    /** Nothing comes from this client any more, and nothing goes to it, whatever is under way. */
    void cut(String accessKey) {
        cut.add(accessKey);
    }

    /** As if the server was killed, or started again: all connections end, and requests are not answered. */
    void down(boolean value) throws IOException {
        down = value;
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.removeIf(Socket::isClosed);
    }

    private void pause(boolean removal) {
        Random random = delays;
        if (random != null) {
            LockSupport.parkNanos(random.nextInt(random.nextInt(removal ? 2 : 10) == 0 ? 10_000_000 : 200_000));
        }
    }

    private boolean isCut(Map<String, String> headers) {
        String authorization = headers.getOrDefault("authorization", "");
        return down || cut.stream().anyMatch(key -> authorization.contains("Credential=" + key + "/"));
    }

    /** The requests so far. */
    List<String> requests() {
        return requests;
    }

    synchronized List<String> keys() {
        return List.copyOf(objects.keySet());
    }

    /** Puts other data in the place of an object's. */
    synchronized void damage(String keyPart) {
        objects.replaceAll((key, stored) ->
                key.contains(keyPart) ? new Stored(new byte[stored.data().length], stored.modified()) : stored);
    }

    /** A request that waits before it is looked at. */
    final class Held {
        private final Hold hold;

        Held(Hold hold) {
            this.hold = hold;
        }

        void awaitArrival() throws InterruptedException {
            hold.arrived().await();
        }

        void release() {
            holds.remove(hold);
            hold.released().countDown();
        }
    }

    /** Holds the requests that fit, from the next one on. */
    Held hold(Predicate<String> which) {
        Hold hold = new Hold(which, new CountDownLatch(1), new CountDownLatch(1), 0);
        holds.add(hold);
        return new Held(hold);
    }

    /** Answers the requests that fit with a failure; they have no effect. */
    Held fail(Predicate<String> which) {
        Hold hold = new Hold(which, new CountDownLatch(1), new CountDownLatch(0), 500);
        holds.add(hold);
        return new Held(hold);
    }

    private void serve(Socket socket) {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = socket.getOutputStream()) {
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                Map<String, String> headers = new LinkedHashMap<>();
                for (String header = line(in); !header.isEmpty(); header = line(in)) {
                    headers.put(
                            header.substring(0, header.indexOf(':')).toLowerCase(Locale.ROOT),
                            header.substring(header.indexOf(':') + 1).strip());
                }
                byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
                String[] words = line.split(" ");
                pause(words[0].equals("DELETE"));
                if (isCut(headers)) {
                    return;
                }
                byte[] answer = answer(words[0], URI.create(words[1]), headers, body);
                pause(false);
                if (isCut(headers)) {
                    return;
                }
                out.write(answer);
                out.flush();
            }
        } catch (IOException | InterruptedException ended) {
            return;
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    private byte[] answer(String method, URI uri, Map<String, String> headers, byte[] body)
            throws InterruptedException {
        String path = URLDecoder.decode(uri.getRawPath(), StandardCharsets.UTF_8);
        String key = path.indexOf('/', 1) < 0 ? "" : path.substring(path.indexOf('/', 1) + 1);
        Map<String, String> query = query(uri.getRawQuery());
        String name = method + " " + (query.isEmpty() ? key : "?prefix=" + query.get("prefix"));
        for (Hold hold : holds) {
            if (hold.which().test(name)) {
                hold.arrived().countDown();
                hold.released().await();
                if (hold.status() != 0) {
                    return response(hold.status(), "", new byte[0], method);
                }
            }
        }
        requests.add(name);
        Instant signed = Instant.from(SIGNED.parse(headers.getOrDefault("x-amz-date", "")));
        if (Duration.between(signed, now()).abs().compareTo(Duration.ofMinutes(15)) > 0) {
            return response(403, "", "<Code>RequestTimeTooSkewed</Code>".getBytes(StandardCharsets.UTF_8), method);
        }
        if (headers.keySet().stream().anyMatch(header -> header.startsWith("if-"))) {
            return response(501, "", "<Code>NotImplemented</Code>".getBytes(StandardCharsets.UTF_8), method);
        }
        return done(method, key, query, body);
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new TreeMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            query.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return query;
    }

    private synchronized byte[] done(String method, String key, Map<String, String> query, byte[] body) {
        if (key.isEmpty()) {
            return query.isEmpty() ? response(200, "", new byte[0], method) : response(200, "", list(query), method);
        }
        Stored stored = objects.get(key);
        switch (method) {
            case "PUT" -> objects.put(key, new Stored(body, now()));
            case "DELETE" -> objects.remove(key);
            default -> {
                return stored == null
                        ? response(404, "", new byte[0], method)
                        : response(
                                200,
                                "Last-Modified: " + HTTP.format(stored.modified()) + "\r\n",
                                stored.data(),
                                method);
            }
        }
        return response(method.equals("PUT") ? 200 : 204, "", new byte[0], method);
    }

    private byte[] list(Map<String, String> query) {
        StringBuilder xml = new StringBuilder("<ListBucketResult>");
        int left = PAGE;
        for (Map.Entry<String, Stored> entry :
                objects.tailMap(query.getOrDefault("start-after", ""), false).entrySet()) {
            if (!entry.getKey().startsWith(query.get("prefix"))) {
                continue;
            }
            if (left-- == 0) {
                xml.append("<IsTruncated>true</IsTruncated>");
                break;
            }
            xml.append("<Contents><Key>")
                    .append(entry.getKey()
                            .replace("&", "&amp;")
                            .replace("<", "&lt;")
                            .replace("'", "&#39;")
                            .replace("\"", "&quot;"))
                    .append("</Key><LastModified>")
                    .append(entry.getValue().modified().plusMillis(937))
                    .append("</LastModified><ETag>&quot;")
                    .append(HexFormat.of()
                            .toHexDigits(Arrays.hashCode(entry.getValue().data())))
                    .append("&quot;</ETag><Size>")
                    .append(entry.getValue().data().length)
                    .append("</Size></Contents>");
        }
        return xml.append("</ListBucketResult>").toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] response(int status, String headers, byte[] body, String method) {
        String length = status == 204 ? "" : "Content-Length: " + body.length + "\r\n";
        byte[] head = ("HTTP/1.1 " + status + " OK\r\nDate: " + HTTP.format(now()) + "\r\n" + length + headers + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        if (method.equals("HEAD") || status == 204) {
            return head;
        }
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
