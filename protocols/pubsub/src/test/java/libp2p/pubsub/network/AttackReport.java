package libp2p.pubsub.network;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Scoring;
import libp2p.pubsub.network.Attack.Size;

/**
 * Runs attacks and writes a page; started by {@code protocols/pubsub/attacks}. The result of every run is kept in a folder, so that
 * the runs of a page may be spread over several calls.
 */
public final class AttackReport {
    /** Runs one attack. */
    @FunctionalInterface
    public interface Runner {
        AttackResult run(Kind kind, Size size, Scoring scoring, long seed);
    }

    /**
     * Where attacks take place.
     *
     * @param page name of the page
     * @param place first argument of the command
     * @param nodes what the honest nodes are, for the page
     */
    public record Field(String page, String place, String nodes, Runner runner) {}

    private static final String HEAD = """
            | attack | honest share | meshes ≥ ½ | lowest share | delivered | p50, ms | p99, ms | p99, first minute, ms | p99 later × | messages × | control × | changed | CPU, s | |
            |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|
            """;

    private final Field field;
    private final long seed;
    private final Path results;

    private AttackReport(Field field, long seed, Path results) {
        this.field = field;
        this.seed = seed;
        this.results = results;
    }

    public static void main(String[] arguments) throws IOException {
        Field routers = new Field(
                "gossipsub-attacks-routers",
                "routers",
                "The routers are those of the product, without hosts, sockets and signatures around them.",
                Attack::run);
        System.exit(run(routers, List.of(arguments)) ? 0 : 1);
    }

    /**
     * Runs what the arguments ask for and is not there yet, and writes the page of all results that are there.
     *
     * @param arguments the folder of the page, then {@code small}, {@code full}, {@code rate=N}, {@code dials=N},
     *     {@code seed=N}, {@code only=ATTACK,…}, {@code scores=SCORES,…}, {@code results=FOLDER}, {@code nopage}
     * @return whether all bounds hold
     */
    public static boolean run(Field field, List<String> arguments) throws IOException {
        long seed = Long.parseLong(value(arguments, "seed", "7"));
        Path results = Path.of(value(arguments, "results", "protocols/pubsub/target/attacks"))
                .resolve(field.place());
        AttackReport report = new AttackReport(field, seed, results);
        Size usual = arguments.contains("full") ? Size.FULL : Size.SMALL;
        Size size = new Size(
                usual.share(),
                Integer.parseInt(value(arguments, "rate", Integer.toString(usual.rate()))),
                Integer.parseInt(value(arguments, "dials", Integer.toString(usual.dials()))));
        Set<Scoring> scorings = chosen(Scoring.class, value(arguments, "scores", ""));
        Set<Kind> kinds = chosen(Kind.class, value(arguments, "only", ""));
        kinds.add(Kind.CALM);
        boolean holds = true;
        for (Scoring scoring : scorings) {
            for (Kind kind : kinds) {
                holds &= report.holds(size, scoring, kind);
            }
        }
        if (!arguments.contains("nopage")) {
            Files.writeString(Path.of(arguments.get(0)).resolve(field.page() + ".md"), report.page());
        }
        return holds;
    }

    private static String value(List<String> arguments, String name, String otherwise) {
        return arguments.stream()
                .filter(argument -> argument.startsWith(name + "="))
                .map(argument -> argument.substring(name.length() + 1))
                .findFirst()
                .orElse(otherwise);
    }

    private static <E extends Enum<E>> Set<E> chosen(Class<E> type, String text) {
        if (text.isEmpty()) {
            return EnumSet.allOf(type);
        }
        return Arrays.stream(text.toUpperCase(Locale.ROOT).replace('-', '_').split(","))
                .map(name -> Enum.valueOf(type, name))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(type)));
    }

    private Path file(Size size, Scoring scoring, Kind kind) {
        String folder = String.format(
                Locale.ROOT, "%04d-%03d-%02d-%d", (int) (1_000 * size.share()), size.rate(), size.dials(), seed);
        return results.resolve(folder).resolve(scoring + "-" + kind);
    }

    private boolean holds(Size size, Scoring scoring, Kind kind) throws IOException {
        Path file = file(size, scoring, kind);
        if (!Files.exists(file)) {
            long before = processor();
            AttackResult result = field.runner().run(kind, size, scoring, seed);
            result.withProcessor((processor() - before) / 1e9).write(file);
        }
        AttackResult result = AttackResult.read(file);
        AttackResult calm = kind == Kind.CALM ? result : AttackResult.read(file(size, scoring, Kind.CALM));
        System.out.println(scoring + " " + row(kind, calm, result));
        return AttackBounds.broken(calm, result).isEmpty();
    }

    private static long processor() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime();
    }

    private static String words(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String row(Kind kind, AttackResult calm, AttackResult result) {
        List<String> broken = AttackBounds.broken(calm, result);
        return String.format(
                Locale.ROOT,
                "| %s | %.3f | %.3f | %.3f | %.3f %% | %d | %d | %d | %.2f | %.2f | %.2f | %.2f %% | %.0f | %s |",
                words(kind),
                result.honestShare(),
                result.goodMeshes(),
                result.lowestShare(),
                100 * result.delivered(),
                result.p50() / 1_000_000,
                result.p99() / 1_000_000,
                result.first99() / 1_000_000,
                (double) result.later99() / calm.later99(),
                (double) result.messageBytes() / calm.messageBytes(),
                (double) result.controlBytes() / calm.controlBytes(),
                100 * result.changedInAMinute(),
                result.processor(),
                broken.isEmpty() ? "holds" : "**" + String.join(", ", broken) + "**");
    }

    private String page() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Attacks on GossipSub: %1$s

                Written by `protocols/pubsub/attacks %1$s`, whose head says what the attacks, the scores, the columns and the bounds are.
                %2$s
                Time is simulated, the seed is %3$d.
                """.formatted(field.place(), field.nodes(), seed));
        if (!Files.isDirectory(results)) {
            return page.toString();
        }
        try (var folders = Files.list(results)) {
            for (Path folder : folders.sorted().toList()) {
                String[] parts = folder.getFileName().toString().split("-");
                if (parts.length == 4 && Long.parseLong(parts[3]) == seed) {
                    Size size = new Size(
                            Integer.parseInt(parts[0]) / 1_000.0,
                            Integer.parseInt(parts[1]),
                            Integer.parseInt(parts[2]));
                    for (Scoring scoring : Scoring.values()) {
                        section(page, size, scoring);
                    }
                }
            }
        }
        return page.toString();
    }

    private void section(StringBuilder page, Size size, Scoring scoring) throws IOException {
        if (!Files.exists(file(size, scoring, Kind.CALM))) {
            return;
        }
        AttackResult calm = AttackResult.read(file(size, scoring, Kind.CALM));
        page.append(String.format(
                Locale.ROOT,
                "%n## %d honest nodes that dial %d each, %d messages a second, scores: %s%n%n%s",
                AttackPlan.of(Kind.CALM, size).honest(),
                size.dials(),
                size.rate(),
                words(scoring),
                HEAD));
        for (Kind kind : Kind.values()) {
            Path file = file(size, scoring, kind);
            if (Files.exists(file)) {
                page.append(row(kind, calm, AttackResult.read(file))).append('\n');
            }
        }
    }
}
