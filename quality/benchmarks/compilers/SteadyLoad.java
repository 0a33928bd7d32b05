import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import libp2p.Libp2p;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.perf.Perf;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;

/**
 * Steady mixed load on nodes that differ in their compilers alone: the same work for each in turns, for so many
 * minutes, and the processor time of each node for a unit of work, minute by minute, with its resident size.
 */
void main(String[] arguments) throws Exception {
    int minutes = Integer.parseInt(arguments[0]);
    long pause = Long.parseLong(arguments[1]);
    Map<String, Node> nodes = new LinkedHashMap<>();
    try {
        nodes.put("C1", Node.start("-XX:TieredStopAtLevel=1"));
        nodes.put("C1 and C2", Node.start(""));
        nodes.put("C1 and C2, code cache of 16 MiB", Node.start("-XX:ReservedCodeCacheSize=16m"));
        long start = System.nanoTime();
        for (int minute = 1; minute <= minutes; minute++) {
            int units = 0;
            while (System.nanoTime() - start < Duration.ofMinutes(minute).toNanos()) {
                for (Node node : nodes.values()) {
                    node.tryWork();
                }
                units++;
                Thread.sleep(pause); // the nodes are to live long, not to be saturated
            }
            for (var entry : nodes.entrySet()) {
                System.out.println(minute + "\t" + entry.getKey() + "\t" + entry.getValue().minute(units));
            }
            System.out.flush();
        }
    } finally {
        nodes.values().forEach(Node::close);
    }
}

/** A node of ours in a process of its own, and what is asked of it. */
static final class Node {
    private static final int HANDSHAKES = 3;
    private static final int STREAMS = 20;
    private static final int PINGS = 50;
    private static final long BULK = 4 << 20;

    private final Process process;
    private final PeerAddress address;
    private final Host client;
    private PingSession pings;
    private double before;
    private int failures;

    private Node(Process process, PeerAddress address) throws IOException {
        this.process = process;
        this.address = address;
        this.client = Libp2p.host().start();
    }

    static Node start(String flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED"));
        if (!flags.isEmpty()) {
            command.add(flags);
        }
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), "libp2p.node.P2p", "listen", "--listen", "/ip4/127.0.0.1/tcp/0",
                "--limits", "none", "--json"));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream()));
        String line = out.readLine();
        int from = line.indexOf("/ip4/");
        PeerAddress address = PeerAddress.parse(line.substring(from, line.indexOf('"', from)));
        Thread.ofVirtual().start(() -> drain(out));
        return new Node(process, address);
    }

    private static void drain(BufferedReader out) {
        try {
            while (out.readLine() != null) {
                // what the node tells after its address is of no interest
            }
        } catch (IOException e) {
            // the node has ended
        }
    }

    /** One unit of work. On a machine that stands still for a while waits end late: such a unit is counted as failed. */
    void tryWork() throws Exception {
        try {
            work();
        } catch (IOException e) {
            failures++;
            pings = null;
        }
    }

    /** One unit of work: handshakes, streams, pings and bulk both ways. */
    private void work() throws Exception {
        for (int i = 0; i < HANDSHAKES; i++) {
            try (Host stranger = Libp2p.host().start()) {
                Ping.once(stranger, address);
            }
        }
        for (int i = 0; i < STREAMS; i++) {
            try (Stream stream = client.open(address, Echo.PROTOCOL)) {
                stream.write(new byte[1024]);
                stream.closeWrite();
                if (stream.input().readAllBytes().length != 1024) {
                    throw new IOException("another echo");
                }
            }
        }
        if (pings == null) {
            pings = Ping.session(client, address);
        }
        for (int i = 0; i < PINGS; i++) {
            pings.ping();
        }
        Perf.measure(client, address, BULK, BULK);
    }

    /** Milliseconds of processor time for a unit since the last call, and MiB resident. */
    String minute(int units) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double now = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10.0;
        long pages = Long.parseLong(Files.readString(Path.of("/proc/" + process.pid() + "/statm")).split(" ")[1]);
        String text = String.format(
                Locale.ROOT, "%.1f ms\t%d MiB\t%d units\t%d failed", (now - before) / units, pages >> 8, units, failures);
        before = now;
        return text;
    }

    void close() {
        client.close();
        process.destroy();
    }
}
