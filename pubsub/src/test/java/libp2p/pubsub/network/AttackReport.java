package libp2p.pubsub.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Result;
import libp2p.pubsub.network.Attack.Scoring;
import libp2p.pubsub.network.Attack.Size;

/** Runs all attacks under all kinds of scores and writes a page with plots; started by {@code pubsub/attacks}. */
final class AttackReport {
    private static final int SECONDS = 65;

    private AttackReport() {}

    public static void main(String[] arguments) throws IOException {
        Path docs = Path.of(arguments[0]);
        boolean small = arguments.length > 1 && arguments[1].equals("small");
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 7;
        Size size = small ? Size.SMALL : Size.FULL;
        Map<Scoring, Map<Kind, Result>> results = new EnumMap<>(Scoring.class);
        int failures = 0;
        for (Scoring scoring : Scoring.values()) {
            Map<Kind, Result> some = new EnumMap<>(Kind.class);
            results.put(scoring, some);
            for (Kind kind : Kind.values()) {
                Result result = Attack.run(kind, size, scoring, SECONDS, seed);
                some.put(kind, result);
                String flaw = flaw(kind, some.get(Kind.NONE), result);
                failures += flaw.isEmpty() ? 0 : 1;
                System.out.println(scoring + " " + row(kind, some.get(Kind.NONE), result) + " " + flaw);
            }
        }
        Path plots = Files.createDirectories(docs.resolve("gossipsub-attacks"));
        for (Kind kind : Kind.values()) {
            if (kind != Kind.NONE) {
                Files.writeString(plots.resolve(file(kind)), plot(kind, results));
            }
        }
        Files.writeString(docs.resolve("gossipsub-attacks.md"), page(size, seed, results));
        System.out.println(failures + " bounds broken");
        System.exit(failures == 0 ? 0 : 1);
    }

    private static String file(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".svg";
    }

    /** The broken bounds of an attack. */
    private static String flaw(Kind kind, Result baseline, Result result) {
        try {
            AttackBounds.require(kind, baseline, result);
            return "";
        } catch (AssertionError error) {
            return "**broken**";
        }
    }

    private static String row(Kind kind, Result baseline, Result result) {
        return String.format(
                Locale.ROOT,
                "| %s | %.3f %% | %d | %d | %d | %.1f %% | %.1f %% | %.2f | %.1f | %d |",
                kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                100 * result.delivered(),
                result.p50() / 1_000_000,
                result.p99() / 1_000_000,
                result.worst99() / 1_000_000,
                100 * result.sybilPeak(),
                100 * result.sybilShare(),
                (double) result.bytes() / baseline.bytes(),
                result.lowestHonest(),
                result.honestExchanged());
    }

    private static String page(Size size, long seed, Map<Scoring, Map<Kind, Result>> results) {
        StringBuilder page = new StringBuilder("# Attacks on GossipSub\n\n");
        page.append(String.format(
                Locale.ROOT,
                "Written by `pubsub/attacks`: %d honest routers, of which %d publish %d messages of 2 KiB a second in"
                    + " all, with %d honest neighbours each, and %d attackers; links of 25 ms ± 10 %%; simulated time,"
                    + " seed %d. The network and the parameters named *evaluation* are those of the evaluation of"
                    + " GossipSub 1.1 (its files are beside the"
                    + " [test](../pubsub/src/test/java/libp2p/pubsub/network/AttackTest.java)); *declared* are the"
                    + " defaults of this project for a topic that declares its rate, *default* those for a topic of"
                    + " which nothing is known. The routers are those of the product, without hosts, sockets and"
                    + " signatures around them.%n%n",
                size.honest(),
                size.publishers(),
                size.rate(),
                size.degree(),
                size.sybils(),
                seed));
        page.append(String.format(
                Locale.ROOT,
                "An attacker dials %d honest nodes (%d in cold boot and covert flash), grafts them all and 15 s after"
                        + " each PRUNE again, and drops all messages; in degrade half of them, in censor those of one"
                        + " author; in covert flash it behaves for 25 s first; in colocation all have one address.%n%n",
                size.victims(),
                size.early()));
        page.append(
                "Bounds: at least 99.9 % of all deliveries to honest nodes; p99 at most 1 s (3 s in the first minute"
                    + " of cold boot and covert flash); at most 10 % of the places in the meshes of honest nodes are"
                    + " the attackers' 60 s after the onset; at most 1.5 times the bytes of the run without"
                    + " attackers.\n");
        results.forEach((scoring, some) -> {
            page.append("\n## Scores: ")
                    .append(scoring.name().toLowerCase(Locale.ROOT))
                    .append("\n\n"
                            + "| attack | delivered | p50, ms | p99, ms | p99 of the first minute, ms | attackers"
                            + " in meshes, peak | after 60 s | bytes × | lowest honest score | honest peers"
                            + " exchanged |\n"
                            + "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
            some.forEach((kind, result) -> page.append(row(kind, some.get(Kind.NONE), result))
                    .append(flaw(kind, some.get(Kind.NONE), result))
                    .append('\n'));
        });
        page.append("\n"
                + "## Plots\n\n"
                + "Deliveries by time, the attackers' share of meshes, and mean scores (lines: honest; dashed:"
                + " attackers).\n");
        for (Kind kind : Kind.values()) {
            if (kind != Kind.NONE) {
                page.append("\n![").append(kind.name().toLowerCase(Locale.ROOT)).append("](gossipsub-attacks/");
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
