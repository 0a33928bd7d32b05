package libp2p.interop.contract;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The five commands of Redis that the contracts use, in memory. */
final class TinyRedis implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final Map<String, BlockingQueue<String>> lists = new ConcurrentHashMap<>();

    TinyRedis() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                OutputStream out = socket.getOutputStream()) {
            String count;
            while ((count = in.readLine()) != null) {
                List<String> words = new ArrayList<>();
                for (int i = Integer.parseInt(count.substring(1)); i > 0; i--) {
                    in.readLine();
                    words.add(in.readLine());
                }
                out.write(answer(words).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException | InterruptedException e) {
            // the client has gone
        }
    }

    private String answer(List<String> words) throws InterruptedException {
        String key = words.get(1);
        return switch (words.getFirst()) {
            case "SET" -> {
                values.put(key, words.get(2));
                yield "+OK\r\n";
            }
            case "GET" -> bulk(values.get(key));
            case "DEL" -> ":" + (values.remove(key) == null ? 0 : 1) + "\r\n";
            case "RPUSH" -> {
                list(key).add(words.get(2));
                yield ":1\r\n";
            }
            case "BLPOP" -> {
                String value = list(key).poll(Long.parseLong(words.get(2)), TimeUnit.SECONDS);
                yield value == null ? "*-1\r\n" : "*2\r\n" + bulk(key) + bulk(value);
            }
            default -> "-ERR unknown command\r\n";
        };
    }

    private BlockingQueue<String> list(String key) {
        return lists.computeIfAbsent(key, name -> new LinkedBlockingQueue<>());
    }

    private static String bulk(String value) {
        return value == null
                ? "$-1\r\n"
                : "$" + value.getBytes(StandardCharsets.UTF_8).length + "\r\n" + value + "\r\n";
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
