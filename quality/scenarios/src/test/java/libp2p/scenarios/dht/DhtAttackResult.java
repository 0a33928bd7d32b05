package libp2p.scenarios.dht;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import libp2p.scenarios.dht.DhtAttack.Operation;

/**
 * The outcome of an attack under one seed.
 *
 * @param rows of the operations
 * @param judged sizes of the network that its nodes know, as shares of the true one: least, median, most
 */
record DhtAttackResult(Map<Operation, Row> rows, List<Double> judged) {
    /**
     * The outcome of one operation.
     *
     * @param tried keys, or providers
     * @param found of them
     * @param messages that the hosts sent and received that announced and looked
     * @param bytes of these
     * @param misled keys whose reader was told a lie
     */
    record Row(int tried, int found, long messages, long bytes, int misled) {
        Row plus(Row other) {
            return new Row(
                    tried + other.tried,
                    found + other.found,
                    messages + other.messages,
                    bytes + other.bytes,
                    misled + other.misled);
        }

        double share() {
            return (double) found / tried;
        }
    }

    void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("JUDGED " + judged.get(0) + " " + judged.get(1) + " " + judged.get(2));
        rows.forEach((operation, row) -> lines.add(String.join(
                " ",
                operation.name(),
                Integer.toString(row.tried),
                Integer.toString(row.found),
                Long.toString(row.messages),
                Long.toString(row.bytes),
                Integer.toString(row.misled))));
        Files.createDirectories(file.getParent());
        Files.write(file, lines);
    }

    static DhtAttackResult read(Path file) throws IOException {
        Map<Operation, Row> rows = new EnumMap<>(Operation.class);
        List<Double> judged = List.of();
        for (String line : Files.readAllLines(file)) {
            String[] parts = line.split(" ");
            if (parts[0].equals("JUDGED")) {
                judged = List.of(
                        Double.parseDouble(parts[1]), Double.parseDouble(parts[2]), Double.parseDouble(parts[3]));
            } else {
                rows.put(
                        Operation.valueOf(parts[0]),
                        new Row(
                                Integer.parseInt(parts[1]),
                                Integer.parseInt(parts[2]),
                                Long.parseLong(parts[3]),
                                Long.parseLong(parts[4]),
                                // the peer of Go tells of no liars
                                parts.length > 5 ? Integer.parseInt(parts[5]) : 0));
            }
        }
        return new DhtAttackResult(rows, judged);
    }
}
