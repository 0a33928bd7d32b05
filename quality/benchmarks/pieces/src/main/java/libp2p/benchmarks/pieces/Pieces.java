package libp2p.benchmarks.pieces;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import libp2p.crypto.Primitive;
import libp2p.muxers.yamux.YamuxFramesBenchmark;
import libp2p.security.noise.NoiseRecordsBenchmark;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** {@code quality/benchmarks/pieces/run [--out FOLDER] [--only NAME,…] [--iterations N]}. */
public final class Pieces {
    /** Short, so that on a busy machine some of the iterations are undisturbed. */
    private static final TimeValue ITERATION = TimeValue.milliseconds(2);

    private static final List<Piece> ALL = List.of(
            aead("ChaCha20-Poly1305", "CHACHA20_POLY1305", Primitive.CHACHA20_POLY1305),
            aead("AES-128-GCM", "AES_128_GCM", Primitive.AES_GCM),
            new Piece("X25519 agreement", AgreementBenchmark.class, "agree", "", "", Primitive.X25519),
            new Piece("X25519 key", AgreementBenchmark.class, "publicKey", "", "", Primitive.X25519_PUBLIC),
            signature("Ed25519", "sign", "ED25519", Primitive.ED25519),
            signature("Ed25519", "verify", "ED25519", Primitive.ED25519_VERIFY),
            signature("ECDSA P-256", "verify", "ECDSA_P256", Primitive.ECDSA_P256),
            signature("secp256k1", "verify", "SECP256K1", Primitive.SECP256K1),
            new Piece("SHA-256", HashBenchmark.class, "", "", "", Primitive.SHA256),
            new Piece("varint", VarintBenchmark.class, "", "", "", null),
            new Piece("multiaddr", MultiaddrBenchmark.class, "", "", "", null),
            new Piece("yamux frame", YamuxFramesBenchmark.class, "", "", "", null),
            new Piece("Noise record", NoiseRecordsBenchmark.class, "", "", "", null));

    private Pieces() {}

    /**
     * A row or several of the table.
     *
     * @param title what it is
     * @param benchmark where it is
     * @param method the one to run; empty for all
     * @param parameter name of a parameter that is fixed; empty for none
     * @param value its value
     * @param primitive run by every engine that serves it; null: no engine
     */
    record Piece(
            String title,
            Class<?> benchmark,
            String method,
            String parameter,
            String value,
            @Nullable Primitive primitive) {}

    private static Piece aead(String title, String algorithm, Primitive primitive) {
        return new Piece(title, AeadBenchmark.class, "", "algorithm", algorithm, primitive);
    }

    private static Piece signature(String title, String method, String scheme, Primitive primitive) {
        return new Piece(title, SignatureBenchmark.class, method, "scheme", scheme, primitive);
    }

    /** Runs the pieces and writes the table. */
    public static void main(String[] arguments) throws IOException, RunnerException {
        List<String> words = new ArrayList<>(List.of(arguments));
        Path out = Path.of(option(words, "--out", "quality/benchmarks/build"));
        List<String> only = List.of(option(words, "--only", "").split(","));
        int iterations = Integer.parseInt(option(words, "--iterations", "200"));
        if (!words.isEmpty()) {
            throw new IllegalArgumentException("unknown: " + words);
        }
        PiecesReport report = new PiecesReport();
        for (Piece piece : ALL) {
            if (only.equals(List.of("")) || only.stream().anyMatch(piece.title()::startsWith)) {
                report.add(piece, run(piece, 1, iterations, ITERATION));
            }
        }
        report.write(Files.createDirectories(out.resolve("benchmarks")));
    }

    static List<Piece> all() {
        return ALL;
    }

    /** Runs one piece by all its engines. */
    static Collection<RunResult> run(Piece piece, int forks, int iterations, TimeValue length) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + piece.benchmark().getName().replace(".", "\\.") + "\\." + piece.method())
                .mode(Mode.AverageTime)
                .timeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
                .forks(forks)
                .warmupIterations(forks == 0 ? 0 : 8)
                .warmupTime(TimeValue.milliseconds(250))
                .measurementIterations(iterations)
                .measurementTime(length)
                .verbosity(forks == 0 ? VerboseMode.SILENT : VerboseMode.SILENT)
                .shouldFailOnError(true)
                .jvmArgsAppend("-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");
        if (!piece.parameter().isEmpty()) {
            options.param(piece.parameter(), piece.value());
        }
        if (piece.primitive() != null) {
            options.param("engine", Engines.of(piece.primitive()));
        }
        return new Runner(options.build()).run();
    }

    private static String option(List<String> words, String name, String otherwise) {
        int at = words.indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        words.remove(at);
        return words.remove(at);
    }
}
