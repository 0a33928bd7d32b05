package libp2p.pubsub.network;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The outcome of a run. Lists have a value for each second of it.
 *
 * @param delivered share of the deliveries to honest nodes that took place
 * @param p50 nanoseconds, of all messages
 * @param p99 the same
 * @param first99 the same of the messages in the minute after the onset
 * @param later99 the same of the messages after that
 * @param messageBytes of messages, sent by all, per second of publishing
 * @param controlBytes of everything else
 * @param onset second in which the attack begins
 * @param shares share of honest nodes in a mesh, the mean of all meshes
 * @param good share of the meshes in which at least half are honest
 * @param changed honest members that had to make room in this second because they brought too little, by places
 * @param lowestHonest the lowest score that an honest node ever had
 * @param trace the same for the same seed
 * @param processor seconds that the run took of the processors of this machine
 */
public record AttackResult(
        double delivered,
        long p50,
        long p99,
        long first99,
        long later99,
        long messageBytes,
        long controlBytes,
        int onset,
        List<Double> shares,
        List<Double> good,
        List<Double> changed,
        double lowestHonest,
        long trace,
        double processor) {
    private static final int MINUTE = 60;

    /** The same with what the run has cost. */
    AttackResult withProcessor(double value) {
        return new AttackResult(
                delivered,
                p50,
                p99,
                first99,
                later99,
                messageBytes,
                controlBytes,
                onset,
                shares,
                good,
                changed,
                lowestHonest,
                trace,
                value);
    }

    private double worst(List<Double> values) {
        return values.subList(Math.min(values.size() - 1, onset + MINUTE), values.size()).stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(0);
    }

    /** The least share of honest nodes in the meshes in any second from a minute after the onset on. */
    public double honestShare() {
        return worst(shares);
    }

    /** The least share of meshes that are honest by half in any second from a minute after the onset on. */
    public double goodMeshes() {
        return worst(good);
    }

    /** The share of honest nodes in the meshes a minute after the onset. */
    public double shareAfterMinute() {
        return shares.get(Math.min(shares.size() - 1, onset + MINUTE));
    }

    /** The least share of honest nodes in the meshes in any second from the onset on. */
    public double lowestShare() {
        return shares.subList(Math.min(shares.size() - 1, onset), shares.size()).stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(0);
    }

    /** The largest share of honest members that were exchanged in any minute. */
    public double changedInAMinute() {
        double most = 0;
        double sum = 0;
        for (int i = 0; i < changed.size(); i++) {
            sum += changed.get(i) - (i >= MINUTE ? changed.get(i - MINUTE) : 0);
            most = Math.max(most, sum);
        }
        return most;
    }

    void write(Path file) throws IOException {
        Properties values = new Properties();
        values.setProperty("delivered", Double.toString(delivered));
        values.setProperty("p50", Long.toString(p50));
        values.setProperty("p99", Long.toString(p99));
        values.setProperty("first99", Long.toString(first99));
        values.setProperty("later99", Long.toString(later99));
        values.setProperty("messageBytes", Long.toString(messageBytes));
        values.setProperty("controlBytes", Long.toString(controlBytes));
        values.setProperty("onset", Integer.toString(onset));
        values.setProperty("shares", text(shares));
        values.setProperty("good", text(good));
        values.setProperty("changed", text(changed));
        values.setProperty("lowestHonest", Double.toString(lowestHonest));
        values.setProperty("trace", Long.toString(trace));
        values.setProperty("processor", Double.toString(processor));
        Files.createDirectories(file.getParent());
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try (Writer out = Files.newBufferedWriter(unfinished)) {
            values.store(out, null);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String text(List<Double> values) {
        return values.stream().map(value -> Double.toString(value)).collect(Collectors.joining(" "));
    }

    static AttackResult read(Path file) throws IOException {
        Properties values = new Properties();
        try (BufferedReader in = Files.newBufferedReader(file)) {
            values.load(in);
        }
        return new AttackResult(
                Double.parseDouble(values.getProperty("delivered")),
                Long.parseLong(values.getProperty("p50")),
                Long.parseLong(values.getProperty("p99")),
                Long.parseLong(values.getProperty("first99")),
                Long.parseLong(values.getProperty("later99")),
                Long.parseLong(values.getProperty("messageBytes")),
                Long.parseLong(values.getProperty("controlBytes")),
                Integer.parseInt(values.getProperty("onset")),
                list(values.getProperty("shares")),
                list(values.getProperty("good")),
                list(values.getProperty("changed")),
                Double.parseDouble(values.getProperty("lowestHonest")),
                Long.parseLong(values.getProperty("trace")),
                Double.parseDouble(values.getProperty("processor")));
    }

    private static List<Double> list(String text) {
        return Arrays.stream(text.split(" ")).map(Double::valueOf).toList();
    }
}
