package libp2p.stores;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.blocks.BlockStore;
import libp2p.core.environment.Environment;
import libp2p.system.SystemEnvironment;

/**
 * The process of a node of histories. Reads lines: a number, then {@code open STORE GRACE}, {@code close STORE}, or
 * {@code run STORE OPERATION INDEX}; answers with the number, then {@code ok} and words, or {@code failed} and why.
 */
final class HistoryNode {
    private final int blocksPort;
    private final int recordsPort;
    private final boolean objects;
    private final Map<String, NodeWork> open = new ConcurrentHashMap<>();

    private HistoryNode(String kind, int blocksPort, int recordsPort) {
        objects = kind.equals("s3");
        this.blocksPort = blocksPort;
        this.recordsPort = recordsPort;
    }

    public static void main(String[] args) throws Exception {
        HistoryNode node = new HistoryNode(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            Thread.ofVirtual().start(() -> node.answer(words));
        }
    }

    private void answer(String[] words) {
        String answer;
        try {
            answer = " ok " + done(words);
        } catch (Exception e) {
            answer = " failed " + e;
        }
        String line = words[0] + answer.replace('\n', ' ');
        synchronized (this) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private String done(String[] words) throws Exception {
        switch (words[1]) {
            case "open" -> {
                open.put(words[2], work(words[2], Integer.parseInt(words[3])));
                return "";
            }
            case "close" -> {
                open.remove(words[2]).close();
                return "";
            }
            default -> {
                return open.get(words[2]).run(words[3], Integer.parseInt(words[4]));
            }
        }
    }

    private NodeWork work(String name, int graceSeconds) throws Exception {
        Environment environment = SystemEnvironment.shared();
        S3Options all = Servers.options(blocksPort);
        BlockStore blocks = objects
                ? S3BlockStore.open(
                        environment,
                        new S3Options(all.endpoint(), all.region(), all.bucket(), name + "/", "key", "secret"),
                        limits(graceSeconds))
                : SqlBlockStore.open(environment, Servers.source(blocksPort), name, limits(graceSeconds));
        return new NodeWork(environment, blocks, SqlDatastore.open(Servers.source(recordsPort), name + "_records"));
    }

    /** Short times, so that the leases of killed nodes end while other histories run. */
    private static SharedStoreLimits limits(int graceSeconds) {
        return new SharedStoreLimits(
                1 << 20,
                Long.MAX_VALUE,
                4,
                Duration.ofSeconds(graceSeconds),
                Duration.ofSeconds(10),
                Duration.ofSeconds(15),
                Duration.ofSeconds(2));
    }
}
