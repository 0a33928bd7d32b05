package libp2p.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells what came out: a page for people, a file for programs, a closing line. */
final class Report {
    private static final String OTHERS = "## QUIC beyond libp2p";

    private final Peer subject;
    private final Map<String, Peer> peers;
    private final List<Suite> suites;

    Report(Peer subject, Map<String, Peer> peers, List<Suite> suites) {
        this.subject = subject;
        this.peers = peers;
        this.suites = suites;
    }

    private long count(Outcome.Result result) {
        return suites.stream().mapToLong(suite -> suite.count(result)).sum();
    }

    /** Whether nothing failed that may not, and something passed. */
    boolean succeeded() {
        return count(Outcome.Result.FAILED) == 0 && count(Outcome.Result.PASSED) > 0;
    }

    String closingLine() {
        return "%d passed, %d failed, %d skipped, %d known to fail"
                .formatted(
                        count(Outcome.Result.PASSED),
                        count(Outcome.Result.FAILED),
                        count(Outcome.Result.SKIPPED),
                        count(Outcome.Result.KNOWN));
    }

    void writeJson(Path file) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("passed", count(Outcome.Result.PASSED));
        members.put("failed", count(Outcome.Result.FAILED));
        members.put("skipped", count(Outcome.Result.SKIPPED));
        members.put("known", count(Outcome.Result.KNOWN));
        Map<String, Object> versions = new LinkedHashMap<>();
        peers.values().forEach(peer -> versions.put(peer.name(), peer.implementation() + " " + peer.version()));
        members.put("versions", versions);
        members.put(
                "outcomes",
                suites.stream()
                        .flatMap(suite -> suite.outcomes().stream())
                        .map(Outcome::toJson)
                        .toList());
        Files.writeString(file, Json.write(members) + "\n");
    }

    void writeMarkdown(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("# Interoperability");
        lines.add("");
        lines.add("Written by `quality/interop/run`, which runs %s %s against real peers: %s."
                .formatted(subject.implementation(), subject.version(), closingLine()));
        lines.add(
                "A row is one pair, in the order dialer → listener; ✓ passed, ✗ failed, – skipped because a peer cannot do"
                        + " it, ! known to fail by a fault of the peer.");
        lines.add("");
        lines.add("| Peer | Implementation | Version |");
        lines.add("|---|---|---|");
        peers.values()
                .forEach(peer ->
                        lines.add("| %s | %s | %s |".formatted(peer.name(), peer.implementation(), peer.version())));
        lines.add("");
        lines.add("What else to know about a peer stands in"
                + " [quality/interop/peers/README.md](../../quality/interop/peers/README.md).");
        suites.forEach(suite -> addSuite(suite, lines));
        addReasons("Failed", Outcome.Result.FAILED, lines);
        addReasons("Known to fail", Outcome.Result.KNOWN, lines);
        addReasons("Skipped", Outcome.Result.SKIPPED, lines);
        addReasons("Not there", Outcome.Result.ABSENT, lines);
        lines.addAll(writtenByOthers(file));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, String.join("\n", lines) + "\n");
    }

    /** The last section of the page, which quality/interop/quic/run writes. */
    private static List<String> writtenByOthers(Path file) throws IOException {
        List<String> before = Files.exists(file) ? Files.readAllLines(file) : List.of();
        int at = before.indexOf(OTHERS);
        if (at < 0) {
            return List.of();
        }
        List<String> section = new ArrayList<>(List.of(""));
        section.addAll(before.subList(at, before.size()));
        return section;
    }

    private static void addSuite(Suite suite, List<String> lines) {
        List<Outcome> cells = suite.outcomes().stream()
                .filter(outcome -> outcome.cell() != null && outcome.result() != Outcome.Result.ABSENT)
                .toList();
        Map<String, Map<Check, Outcome.Result>> rows = new TreeMap<>();
        Set<Check> checks = new LinkedHashSet<>();
        Stream.of(Check.values())
                .filter(check -> cells.stream().anyMatch(outcome -> isOf(outcome, check)))
                .forEach(checks::add);
        cells.forEach(outcome -> addTo(rows, outcome));
        lines.add("");
        lines.add("## " + suite.name());
        lines.add("");
        lines.add("| Pair | Transport | Security | Muxer | "
                + checks.stream().map(Check::toString).collect(Collectors.joining(" | ")) + " |");
        lines.add("|---|---|---|---|" + ":-:|".repeat(checks.size()));
        rows.forEach((row, results) -> lines.add("| " + row + " | "
                + checks.stream().map(check -> mark(results.get(check))).collect(Collectors.joining(" | ")) + " |"));
    }

    private static boolean isOf(Outcome outcome, Check check) {
        Cell cell = outcome.cell();
        return cell != null && cell.check() == check;
    }

    private static void addTo(Map<String, Map<Check, Outcome.Result>> rows, Outcome outcome) {
        Cell cell = outcome.cell();
        if (cell != null) {
            String row = "%s | %s | %s | %s".formatted(pair(outcome), cell.transport(), cell.security(), cell.muxer());
            rows.computeIfAbsent(row, key -> new java.util.EnumMap<>(Check.class))
                    .put(cell.check(), outcome.result());
        }
    }

    private static String mark(Outcome.@Nullable Result result) {
        return switch (result) {
            case null -> " ";
            case PASSED -> "✓";
            case FAILED -> "✗";
            case KNOWN -> "!";
            case SKIPPED -> "–";
            case ABSENT -> " ";
        };
    }

    /** Reason by reason, and for each the pairs with what of them it concerns. */
    private void addReasons(String title, Outcome.Result result, List<String> lines) {
        Map<String, Map<String, Set<String>>> reasons = new TreeMap<>();
        for (Suite suite : suites) {
            for (Outcome outcome : suite.outcomes()) {
                if (outcome.result() == result) {
                    reasons.computeIfAbsent(outcome.reason(), reason -> new TreeMap<>())
                            .computeIfAbsent(pair(outcome), pair -> new TreeSet<>())
                            .add(detail(outcome));
                }
            }
        }
        if (reasons.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add("## " + title);
        reasons.forEach((reason, pairs) -> {
            lines.add("");
            lines.add(reason + ":");
            pairs.forEach((pair, details) -> lines.add("- " + pair + ": " + String.join(", ", details)));
        });
    }

    private static String pair(Outcome outcome) {
        Cell cell = outcome.cell();
        return cell == null ? "listeners" : cell.dialer() + " → " + cell.listener();
    }

    private static String detail(Outcome outcome) {
        Cell cell = outcome.cell();
        if (cell == null) {
            return outcome.subject();
        }
        return switch (outcome.result()) {
            case SKIPPED, KNOWN -> "%s %s".formatted(cell.transport(), cell.check());
            case ABSENT -> "%s %s %s".formatted(cell.transport(), cell.security(), cell.muxer());
            case PASSED, FAILED ->
                "%s %s %s %s".formatted(cell.transport(), cell.security(), cell.muxer(), cell.check());
        };
    }
}
