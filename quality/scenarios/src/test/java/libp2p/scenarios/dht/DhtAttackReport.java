package libp2p.scenarios.dht;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import libp2p.scenarios.dht.DhtAttack.Kind;
import libp2p.scenarios.dht.DhtAttack.Operation;
import libp2p.scenarios.dht.DhtAttack.Size;

/**
 * Runs attacks on a DHT and writes a page; started by {@code protocols/kad/attacks}. The result of every run is kept in a folder, so
 * that the runs of a page may be spread over several calls.
 */
final class DhtAttackReport {
    private static final String HEAD = """

            ## %s

            | attack | operation | found, for each seed | least | told lies | messages | messages × | bytes × | size judged × | |
            |---|---|---|--:|--:|--:|--:|--:|---|---|
            """;
    private static final int GROUND_PROVIDERS = 100;
    private static final Size FULL = new Size(1_000, 200);
    private static final Size SMALL = new Size(200, 20);
    private static final int HYDRA_KEYS = 20;
    private static final int GROUND_KEYS = 10;
    private static final double SURROUNDED = 0.95;
    /** An attack by invented answers is none if few readers are told any. */
    private static final double MISLED = 0.9;

    private static final double GROUND = 0.95;
    private static final double SIZE_WITHIN = 2;

    private final Size size;
    private final List<Long> seeds;
    private final Path results;

    private DhtAttackReport(Size size, List<Long> seeds, Path results) {
        this.size = size;
        this.seeds = seeds;
        this.results = results;
    }

    /** FOLDER_OF_THE_PAGE [small|full] [nodes=N] [keys=N] [seeds=N,…] [only=ATTACK,…] [results=FOLDER] [nopage]. */
    public static void main(String[] given) throws IOException {
        List<String> arguments = Arrays.asList(given);
        Size usual = arguments.contains("full") ? FULL : SMALL;
        Size size = new Size(
                Integer.parseInt(value(arguments, "nodes", Integer.toString(usual.nodes()))),
                Integer.parseInt(value(arguments, "keys", Integer.toString(usual.keys()))));
        List<Long> seeds = Arrays.stream(value(arguments, "seeds", "1,2,3,4,5").split(","))
                .map(Long::valueOf)
                .toList();
        Path results = Path.of(value(arguments, "results", "protocols/kad/target/attacks"));
        DhtAttackReport report = new DhtAttackReport(size, seeds, results.resolve(size.nodes() + "-" + size.keys()));
        boolean holds = true;
        for (long seed : seeds) {
            for (Kind kind : chosen(value(arguments, "only", ""))) {
                holds &= report.holds(kind, seed);
            }
        }
        if (!arguments.contains("nopage")) {
            Files.writeString(Path.of(arguments.getFirst()).resolve("dht-attacks.md"), page(seeds, results));
        }
        System.exit(holds ? 0 : 1);
    }

    private static String value(List<String> arguments, String name, String otherwise) {
        return arguments.stream()
                .filter(argument -> argument.startsWith(name + "="))
                .map(argument -> argument.substring(name.length() + 1))
                .findFirst()
                .orElse(otherwise);
    }

    private static Set<Kind> chosen(String text) {
        return text.isEmpty()
                ? EnumSet.allOf(Kind.class)
                : Arrays.stream(text.toUpperCase(Locale.ROOT).split(","))
                        .map(Kind::valueOf)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Kind.class)));
    }

    /** The hydra and the ground ids are judged by fewer keys. */
    private Size size(Kind kind) {
        return switch (kind) {
            case HYDRA -> new Size(size.nodes(), Math.min(size.keys(), HYDRA_KEYS));
            case GROUND -> new Size(size.nodes(), Math.min(size.keys(), GROUND_KEYS));
            default -> size;
        };
    }

    private Path file(Kind kind, String seed) {
        return results.resolve(kind + "-" + seed);
    }

    private boolean holds(Kind kind, long seed) throws IOException {
        Path file = file(kind, Long.toString(seed));
        if (!Files.exists(file)) {
            DhtAttack.run(kind, size(kind), seed).write(file);
        }
        DhtAttackResult result = DhtAttackResult.read(file);
        System.out.println(kind + " " + seed + ": " + result);
        return result.rows().keySet().stream().allMatch(operation -> holds(kind, operation, result));
    }

    private static boolean holds(Kind kind, Operation operation, DhtAttackResult result) {
        DhtAttackResult.Row row = result.rows().get(operation);
        double share = row.share();
        double median = result.judged().get(1);
        return switch (kind) {
            case CALM -> true;
            case SYBILS -> share >= SURROUNDED;
            case INVENTED -> share >= SURROUNDED && row.misled() >= MISLED * row.tried();
            case HYDRA -> share >= SURROUNDED && median >= 1 / SIZE_WITHIN && median <= SIZE_WITHIN;
            case GROUND -> operation != Operation.ALL_HOLDERS || share >= GROUND;
        };
    }

    private static String words(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** The page of all results that are there. */
    private static String page(List<Long> seeds, Path results) throws IOException {
        StringBuilder page = new StringBuilder("""
                # Attacks on the DHT

                Written by `protocols/kad/attacks`, whose head says what the attacks, the operations, the columns and the bounds are.
                Seeds are %s, time is simulated.
                """.formatted(seeds.toString().replaceAll("[\\[\\]]", "")));
        try (var folders = Files.list(results)) {
            for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
                String[] parts = folder.getFileName().toString().split("-");
                Size size = new Size(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
                new DhtAttackReport(size, seeds, folder).section(page);
            }
        }
        Path go = results.resolve(Kind.GROUND + "-GO");
        if (Files.exists(go)) {
            page.append(HEAD.formatted("go-libp2p-kad-dht, complete hosts on the loopback"));
            DhtAttackResult.read(go)
                    .rows()
                    .forEach((operation, row) -> page.append(String.format(
                            Locale.ROOT,
                            "| ground | %s | %.3f | %.3f | | %d | | | | %s |%n",
                            words(operation),
                            row.share(),
                            row.share(),
                            row.messages() * GROUND_PROVIDERS / row.tried(),
                            row.share() >= GROUND ? "holds" : "**does not hold**")));
        }
        return page.toString();
    }

    private void section(StringBuilder page) throws IOException {
        page.append(HEAD.formatted(String.format(Locale.ROOT, "%d nodes, %d keys", size.nodes(), size.keys())));
        for (Kind kind : Kind.values()) {
            for (Operation operation : Operation.values()) {
                row(page, kind, operation);
            }
        }
    }

    private void row(StringBuilder page, Kind kind, Operation operation) throws IOException {
        List<String> shares = new ArrayList<>();
        List<String> judged = new ArrayList<>();
        DhtAttackResult.Row all = new DhtAttackResult.Row(0, 0, 0, 0, 0);
        DhtAttackResult.Row calm = new DhtAttackResult.Row(0, 0, 0, 0, 0);
        double least = 1;
        boolean holds = true;
        for (long seed : seeds) {
            Path file = file(kind, Long.toString(seed));
            DhtAttackResult result = Files.exists(file) ? DhtAttackResult.read(file) : null;
            DhtAttackResult.Row row = result == null ? null : result.rows().get(operation);
            if (row == null) {
                continue;
            }
            shares.add(String.format(Locale.ROOT, "%.3f", row.share()));
            judged.add(String.format(Locale.ROOT, "%.2f", result.judged().get(1)));
            least = Math.min(least, row.share());
            holds &= holds(kind, operation, result);
            all = all.plus(row);
            Path without = file(Kind.CALM, Long.toString(seed));
            if (Files.exists(without)) {
                DhtAttackResult.Row one = DhtAttackResult.read(without).rows().get(operation);
                calm = one == null ? calm : calm.plus(one);
            }
        }
        if (shares.isEmpty()) {
            return;
        }
        double perKey = (double) all.messages() / all.tried() * (kind == Kind.GROUND ? GROUND_PROVIDERS : 1);
        boolean comparable = calm.tried() > 0 && kind != Kind.GROUND;
        page.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %.3f | %s | %.0f | %s | %s | %s | %s |%n",
                words(kind),
                words(operation),
                String.join(", ", shares),
                least,
                all.misled() == 0 ? "" : String.format(Locale.ROOT, "%.2f", (double) all.misled() / all.tried()),
                perKey,
                comparable ? times(perKey, (double) calm.messages() / calm.tried()) : "",
                comparable ? times((double) all.bytes() / all.tried(), (double) calm.bytes() / calm.tried()) : "",
                String.join(", ", judged),
                holds ? "holds" : "**does not hold**"));
    }

    private static String times(double value, double calm) {
        return String.format(Locale.ROOT, "%.2f", value / calm);
    }
}
