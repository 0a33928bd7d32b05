package libp2p.stores;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Nodes that are processes of their own, on real servers: all are killed with SIGKILL. */
final class RealCluster implements Cluster {
    private final Servers servers = new Servers();
    private final String kind;
    private final int blocksPort;
    private final int recordsPort;
    private final List<Worker> idle = new ArrayList<>();
    private final List<Worker> all = new ArrayList<>();

    /** @param kind {@code sql} or {@code s3}; records are in PostgreSQL with both */
    RealCluster(String kind) throws Exception {
        this.kind = kind;
        recordsPort = servers.postgres();
        blocksPort = kind.equals("sql") ? recordsPort : servers.objectsOnDisk();
    }

    /** A process, which serves one store after the other until it is killed. */
    private final class Worker {
        private final Process process;
        private final OutputStream out;
        private final AtomicLong numbers = new AtomicLong();
        private final Map<String, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();
        private volatile boolean ended;

        Worker() throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx96m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "--enable-native-access=ALL-UNNAMED",
                            "-Dlibp2p.crypto.engines=fixed",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "libp2p.stores.HistoryNode",
                            kind,
                            Integer.toString(blocksPort),
                            Integer.toString(recordsPort))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            out = process.getOutputStream();
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            Thread.ofPlatform().daemon().start(() -> read(in));
        }

        private void read(BufferedReader in) {
            try {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    String[] parts = line.split(" ", 3);
                    CompletableFuture<String> result = waiting.remove(parts[0]);
                    if (parts[1].equals("ok")) {
                        result.complete(parts[2]);
                    } else {
                        result.completeExceptionally(new IOException(parts[2]));
                    }
                }
            } catch (IOException e) {
                end(e);
                return;
            }
            end(new IOException("the node was killed"));
        }

        private void end(IOException why) {
            ended = true;
            waiting.values().forEach(result -> result.completeExceptionally(why));
        }

        CompletableFuture<String> send(String text) {
            String number = Long.toString(numbers.incrementAndGet());
            CompletableFuture<String> result = new CompletableFuture<>();
            waiting.put(number, result);
            try {
                synchronized (this) {
                    out.write((number + " " + text + "\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            } catch (IOException e) {
                result.completeExceptionally(e);
            }
            if (ended) {
                result.completeExceptionally(new IOException("the node was killed"));
            }
            return result;
        }
    }

    private Worker worker() throws IOException {
        if (idle.isEmpty()) {
            idle.add(added());
        }
        return idle.removeLast();
    }

    private Worker added() throws IOException {
        Worker worker = new Worker();
        all.add(worker);
        return worker;
    }

    @Override
    public Node node(String store, int graceSeconds) throws Exception {
        Worker worker = worker();
        if (idle.isEmpty()) {
            idle.add(added()); // starts while the others work
        }
        worker.send("open " + store + " " + graceSeconds).get();
        return new Node() {
            @Override
            public CompletableFuture<String> run(String operation, int index) {
                return worker.send("run " + store + " " + operation + " " + index);
            }

            @Override
            public void kill() throws Exception {
                worker.process.destroyForcibly().waitFor();
            }

            @Override
            public void close() throws Exception {
                worker.send("close " + store).get();
                idle.add(worker);
            }
        };
    }

    @Override
    public void killServer() throws Exception {
        servers.kill(blocksPort);
    }

    @Override
    public void restartServer() throws Exception {
        servers.restart(blocksPort);
    }

    @Override
    public int steps() {
        return 80;
    }

    @Override
    public void pass(int seconds) {
        // the clock of the server goes as it does
    }

    @Override
    public void close() throws Exception {
        for (Worker worker : all) {
            worker.process.destroyForcibly().waitFor();
        }
        servers.close();
    }
}
