package libp2p.pubsub.network;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import libp2p.pubsub.network.Attack.Cost;
import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Result;
import libp2p.pubsub.network.Attack.Scoring;
import libp2p.pubsub.network.Attack.Size;
import libp2p.pubsub.network.Attack.Times;

/**
 * Runs attacks and writes a page with plots; started by {@code protocols/pubsub/attacks}. The result of every run is kept in a
 * folder, so that the runs of a page may be spread over several calls.
 */
public final class AttackReport {
    /** Runs one attack. */
    @FunctionalInterface
    public interface Runner {
        Result run(Kind kind, Size size, Scoring scoring, Times times, long seed);
    }

    /**
     * Where attacks take place.
     *
     * @param page name of the page, and of the folder of its plots
     * @param place first argument of the command
     * @param nodes what the honest nodes are, for the page
     * @param runs the attacks under each kind of scores
     */
    public record Field(
            String page,
            String place,
            String nodes,
            Size full,
            Times times,
            Map<Scoring, Set<Kind>> runs,
            Runner runner) {}

    private final Field field;
    private final Size size;
    private final long seed;
    private final Path results;

    private AttackReport(Field field, Size size, long seed, Path results) {
        this.field = field;
        this.size = size;
        this.seed = seed;
        this.results = results;
    }

    public static void main(String[] arguments) throws IOException {
        Field routers = new Field(
                "gossipsub-attacks-routers",
                "routers",
                "The routers are those of the product, without hosts, sockets and signatures around them.",
                Size.FULL,
                Times.DEFAULT,
                Arrays.stream(Scoring.values())
                        .collect(Collectors.toMap(scoring -> scoring, scoring -> EnumSet.allOf(Kind.class))),
                Attack::run);
        System.exit(run(routers, List.of(arguments)) ? 0 : 1);
    }

    /**
     * Runs what the arguments ask for and is not there yet, and writes the page if everything is there.
     *
     * @param arguments the folder of the page, then {@code small}, {@code full}, {@code seed=N}, {@code only=ATTACK,…},
     *     {@code scores=SCORES,…}, {@code results=FOLDER}
     * @return whether all bounds hold, beside the run without attackers if that is there
     */
    public static boolean run(Field field, List<String> arguments) throws IOException {
        Path docs = Path.of(arguments.get(0));
        Size size = arguments.contains("small") ? Size.SMALL : field.full();
        long seed = Long.parseLong(value(arguments, "seed", "7"));
        Path results = Path.of(value(arguments, "results", "protocols/pubsub/target/attacks"))
                .resolve(field.page() + "-" + size.honest() + "-" + seed);
        AttackReport report = new AttackReport(field, size, seed, results);
        Set<String> kinds = chosen(arguments, "only", Kind.values());
        Set<String> scorings = chosen(arguments, "scores", Scoring.values());
        boolean holds = true;
        for (Scoring scoring : Scoring.values()) {
            for (Kind kind : field.runs().getOrDefault(scoring, Set.of())) {
                if (kinds.contains(kind.name()) && scorings.contains(scoring.name())) {
                    holds &= report.holds(scoring, kind);
                }
            }
        }
        report.write(docs);
        return holds;
    }

    private static String value(List<String> arguments, String name, String otherwise) {
        return arguments.stream()
                .filter(argument -> argument.startsWith(name + "="))
                .map(argument -> argument.substring(name.length() + 1))
                .findFirst()
                .orElse(otherwise);
    }

    private static Set<String> chosen(List<String> arguments, String name, Object[] all) {
        String text = value(arguments, name, "");
        return text.isEmpty()
                ? Arrays.stream(all).map(Object::toString).collect(Collectors.toSet())
                : Set.of(text.toUpperCase(Locale.ROOT).replace('-', '_').split(","));
    }

    private Path result(Scoring scoring, Kind kind) {
        return results.resolve(scoring + "-" + kind);
    }

    private boolean holds(Scoring scoring, Kind kind) throws IOException {
        Path file = result(scoring, kind);
        if (!Files.exists(file)) {
            long wall = System.nanoTime();
            double processor = processor();
            Result result = field.runner().run(kind, size, scoring, field.times(), seed);
            ResultFile.write(
                    file, result.withCost(new Cost((System.nanoTime() - wall) / 1e9, processor() - processor)));
        }
        Result result = ResultFile.read(file);
        Result baseline =
                Files.exists(result(scoring, Kind.NONE)) ? ResultFile.read(result(scoring, Kind.NONE)) : result;
        String flaw = flaw(kind, baseline, result);
        System.out.println(scoring + " " + row(kind, baseline, result) + " " + flaw);
        return flaw.isEmpty();
    }

    /** Seconds of the processors that this process has used. */
    private static double processor() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / 1e9;
    }

    /**
     * Writes the page, which says what has not run yet, as soon as there is a run without attackers to compare with.
     */
    private void write(Path docs) throws IOException {
        Map<Scoring, Map<Kind, Result>> all = new EnumMap<>(Scoring.class);
        List<String> missing = new ArrayList<>();
        for (Scoring scoring : Scoring.values()) {
            for (Kind kind : field.runs().getOrDefault(scoring, Set.of())) {
                if (Files.exists(result(scoring, kind))) {
                    all.computeIfAbsent(scoring, key -> new EnumMap<>(Kind.class))
                            .put(kind, ResultFile.read(result(scoring, kind)));
                } else {
                    missing.add(words(kind) + " (" + words(scoring) + ")");
                }
            }
        }
        boolean compared = all.values().stream().allMatch(some -> some.containsKey(Kind.NONE));
        if (all.isEmpty() || !compared) {
            System.out.println("no page yet, these have not run: " + String.join(", ", missing));
            return;
        }
        Path plots = Files.createDirectories(docs.resolve(field.page()));
        for (Kind kind : Kind.values()) {
            if (isPlotted(kind, all)) {
                Files.writeString(plots.resolve(file(kind)), plot(kind, all));
            }
        }
        Files.writeString(docs.resolve(field.page() + ".md"), page(all, missing));
    }

    private static boolean isPlotted(Kind kind, Map<Scoring, Map<Kind, Result>> results) {
        return kind != Kind.NONE && results.values().stream().anyMatch(some -> some.containsKey(kind));
    }

    private static String words(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String file(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".svg";
    }

    /** The bounds of an attack that do not hold. */
    private static String flaw(Kind kind, Result baseline, Result result) {
        List<String> broken = AttackBounds.broken(kind, baseline, result);
        return broken.isEmpty() ? "" : "**broken: " + String.join(", ", broken) + "**";
    }

    private static String row(Kind kind, Result baseline, Result result) {
        return String.format(
                Locale.ROOT,
                "| %s | %.3f %% | %d | %d | %d | %.1f %% | %.1f %% | %.2f | %.1f | %d | %.0f | %.0f | `%016x` |",
                kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                100 * result.delivered(),
                result.p50() / 1_000_000,
                result.p99() / 1_000_000,
                result.worst99() / 1_000_000,
                100 * result.sybilPeak(),
                100 * result.sybilShare(),
                (double) result.bytes() / baseline.bytes(),
                result.lowestHonest(),
                result.honestExchanged(),
                result.cost().wall(),
                result.cost().processor(),
                result.trace());
    }

    private String page(Map<Scoring, Map<Kind, Result>> results, List<String> missing) {
        StringBuilder page = new StringBuilder("# Attacks on GossipSub\n\n");
        page.append(String.format(
                Locale.ROOT,
                "Written by `protocols/pubsub/attacks %s %s seed=%d`, whose head says what the attacks, the scores, the"
                        + " columns and the bounds are: %d honest nodes, %d of which publish %d messages of 2 KiB a"
                        + " second in all, and %d attackers. %s%n",
                field.place(),
                size.equals(Size.SMALL) ? "small" : "full",
                seed,
                size.honest(),
                size.publishers(),
                size.rate(),
                size.sybils(),
                field.nodes()));
        if (!missing.isEmpty()) {
            page.append("\nNot run at this size yet: ")
                    .append(String.join(", ", missing))
                    .append(".\n");
        }
        results.forEach((scoring, some) -> {
            page.append("\n## Scores: ")
                    .append(scoring.name().toLowerCase(Locale.ROOT))
                    .append("\n\n"
                            + "| attack | delivered | p50, ms | p99, ms | p99 of the first minute, ms | attackers"
                            + " in meshes, peak | after 60 s | bytes × | lowest honest score | honest peers"
                            + " exchanged | run, s | CPU, s | trace |\n"
                            + "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|\n");
            some.forEach((kind, result) -> page.append(row(kind, some.get(Kind.NONE), result))
                    .append(flaw(kind, some.get(Kind.NONE), result))
                    .append('\n'));
        });
        page.append("\n"
                + "## Plots: deliveries by time, the attackers' share of meshes, mean scores (lines: honest; dashed:"
                + " attackers)\n");
        for (Kind kind : Kind.values()) {
            if (isPlotted(kind, results)) {
                page.append("\n![")
                        .append(kind.name().toLowerCase(Locale.ROOT))
                        .append("](")
                        .append(field.page())
                        .append('/');
                page.append(file(kind)).append(")\n");
            }
        }
        return page.toString();
    }

    private static String plot(Kind kind, Map<Scoring, Map<Kind, Result>> results) {
        LinePlot cdf = new LinePlot("deliveries, %, by milliseconds");
        LinePlot share = new LinePlot("attackers in meshes, %, by seconds after the onset");
        LinePlot scores = new LinePlot("mean score (signed square root) by seconds after the onset");
        results.forEach((scoring, some) -> {
            String name = scoring.name().toLowerCase(Locale.ROOT);
            Result result = some.get(kind);
            if (result == null) {
                return;
            }
            cdf.line(name, cdf(result.delays()), false);
            share.line(name, over(result.shares(), result.onset(), value -> 100 * value), false);
            scores.line(name, over(result.honestScores(), result.onset(), AttackReport::root), false);
            scores.line(name, over(result.sybilScores(), result.onset(), AttackReport::root), true);
        });
        return LinePlot.svg(kind.name().toLowerCase(Locale.ROOT).replace('_', ' '), List.of(cdf, share, scores));
    }

    private static double root(double value) {
        return Math.signum(value) * Math.sqrt(Math.abs(value));
    }

    private static List<double[]> cdf(long[] delays) {
        List<double[]> points = new ArrayList<>();
        for (int i = 0; i <= 200; i++) {
            int at = (int) ((delays.length - 1L) * i / 200);
            points.add(new double[] {delays[at] / 1e6, i / 2.0});
        }
        return points;
    }

    private static List<double[]> over(List<Double> values, int onset, java.util.function.DoubleUnaryOperator scale) {
        List<double[]> points = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            points.add(new double[] {i + 1.0 - onset, scale.applyAsDouble(values.get(i))});
        }
        return points;
    }
}
