package libp2p.interop.contract;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A client for the five commands of Redis that the contracts use (protocol RESP 2). For one thread at a time. */
final class Redis implements AutoCloseable {
    private static final int MAX_BULK = 64 * 1024;
    private static final int MAX_ITEMS = 16;
    private static final int MAX_LINE = 1024;
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Socket socket;
    private final InputStream in;

    private Redis(Socket socket) throws IOException {
        this.socket = socket;
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects; the host name is looked up here. */
    static Redis connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(
                    new InetSocketAddress(address.getHostString(), address.getPort()),
                    Math.toIntExact(ANSWER.toMillis()));
            socket.setSoTimeout(Math.toIntExact(ANSWER.toMillis()));
            return new Redis(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    void set(String key, String value) throws IOException {
        call("SET", key, value);
    }

    Optional<String> get(String key) throws IOException {
        return Optional.ofNullable((String) call("GET", key));
    }

    void delete(String key) throws IOException {
        call("DEL", key);
    }

    /** Appends to a list. */
    void push(String key, String value) throws IOException {
        call("RPUSH", key, value);
    }

    /** Takes the first value of a list, waiting until there is one; empty if none came in time. */
    Optional<String> pop(String key, Duration within) throws IOException {
        long seconds = Math.max(1, within.toSeconds());
        socket.setSoTimeout(
                Math.toIntExact(Duration.ofSeconds(seconds).plus(ANSWER).toMillis()));
        try {
            return call("BLPOP", key, Long.toString(seconds)) instanceof List<?> pair && pair.size() == 2
                    ? Optional.of(String.valueOf(pair.get(1)))
                    : Optional.empty();
        } finally {
            socket.setSoTimeout(Math.toIntExact(ANSWER.toMillis()));
        }
    }

    private @Nullable Object call(String... words) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ascii("*" + words.length + "\r\n"));
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ascii("$" + bytes.length + "\r\n"));
            out.writeBytes(bytes);
            out.writeBytes(ascii("\r\n"));
        }
        socket.getOutputStream().write(out.toByteArray());
        return reply();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private @Nullable Object reply() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case ':' -> Long.valueOf(rest);
            case '$' -> bulk(length(rest, MAX_BULK));
            case '*' -> list(length(rest, MAX_ITEMS));
            case '-' -> throw new IOException("Redis: " + rest);
            default -> throw new IOException("Redis: an answer that begins with " + line);
        };
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int c;
        while ((c = in.read()) != '\r') {
            if (c < 0 || line.length() == MAX_LINE) {
                throw new EOFException("Redis: an answer is cut short or too long");
            }
            line.append((char) c);
        }
        if (in.read() != '\n' || line.isEmpty()) {
            throw new IOException("Redis: a malformed answer");
        }
        return line.toString();
    }

    private static int length(String digits, int most) throws IOException {
        int length = Integer.parseInt(digits);
        if (length < -1 || length > most) {
            throw new IOException("Redis: a length of " + length + ", allowed are " + most);
        }
        return length;
    }

    private @Nullable String bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new EOFException("Redis: an answer is cut short");
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private @Nullable List<@Nullable Object> list(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        List<@Nullable Object> items = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            items.add(reply());
        }
        return items;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
