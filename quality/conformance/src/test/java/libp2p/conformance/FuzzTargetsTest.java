package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.Test;

/**
 * Every decoder has a fuzz target. A decoder is a class of a published module that has a method to turn bytes or text
 * into something ({@code decode…}, {@code parse…}, {@code fromBytes} and the like, a static {@code read…}), or that is
 * called a reader, decoder or parser. The file {@code fuzz-targets.txt} names its targets, or says why it needs none.
 */
class FuzzTargetsTest {
    private static final Path ROOT = SourceTree.root();
    private static final String FILE = "quality/conformance/src/test/resources/fuzz-targets.txt";
    private static final Pattern DECODES = Pattern.compile("(decode|parse)\\w*|from[A-Z]\\w*");
    private static final Pattern READS = Pattern.compile("read\\w*");
    private static final Pattern CALLED_DECODER = Pattern.compile("\\w*(Reader|Decoder|Parser)");
    private static final Set<String> INPUTS = Set.of(
            "[B",
            "java.nio.ByteBuffer",
            "java.io.InputStream",
            "java.lang.String",
            "libp2p.multiformats.multiaddr.Multiaddr");

    /** Of programs and of what tests use. */
    private static final List<String> ASIDE = List.of("libp2p.node", "libp2p.simulator", "libp2p.core.testing");

    private static boolean isDecoder(JavaClass type) {
        if (type.isInterface() || ASIDE.stream().anyMatch(type.getPackageName()::startsWith)) {
            return false;
        }
        return CALLED_DECODER.matcher(type.getSimpleName()).matches()
                || type.getMethods().stream().anyMatch(FuzzTargetsTest::decodes);
    }

    private static boolean decodes(JavaMethod method) {
        boolean named = DECODES.matcher(method.getName()).matches()
                || READS.matcher(method.getName()).matches()
                        && method.getModifiers().contains(JavaModifier.STATIC);
        return named
                && !method.getModifiers().contains(JavaModifier.PRIVATE)
                && method.getRawParameterTypes().stream().anyMatch(input -> INPUTS.contains(input.getName()));
    }

    /** Decoder to targets, or to a reason that begins with a dash. */
    private static Map<String, String> entries() throws IOException {
        Map<String, String> entries = new TreeMap<>();
        for (String line : Files.readAllLines(ROOT.resolve(FILE))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split(" +", 2);
                assertThat(entries.put(parts[0], parts[1])).as(line).isNull();
            }
        }
        return entries;
    }

    @Test
    void everyDecoderHasAnEntry() throws IOException {
        Set<String> decoders = new TreeSet<>();
        for (JavaClass type : ArchitectureTest.CLASSES) {
            if (isDecoder(type)) {
                decoders.add(type.getName());
            }
        }
        assertThat(decoders).hasSizeGreaterThan(40);
        Set<String> missing = new TreeSet<>(decoders);
        missing.removeAll(entries().keySet());
        assertThat(missing).as("decoders without an entry in " + FILE).isEmpty();
    }

    @Test
    void everyEntryNamesAClass() throws IOException {
        Set<String> known = new TreeSet<>();
        ArchitectureTest.CLASSES.forEach(type -> known.add(type.getName()));
        assertThat(known).containsAll(entries().keySet());
    }

    @Test
    void everyTargetIsThereAndEveryTargetIsNamed() throws IOException {
        Set<String> targets = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(ROOT.resolve("quality/fuzz/src/test/java"))) {
            for (Path source : sources.filter(file -> file.toString().endsWith("FuzzTest.java"))
                    .toList()) {
                targets.addAll(targetsOf(source));
            }
        }
        Set<String> named = new TreeSet<>();
        for (String entry : entries().values()) {
            if (!entry.startsWith("-")) {
                named.addAll(List.of(entry.split(" ")));
            }
        }
        assertThat(named).isEqualTo(targets);
    }

    private static List<String> targetsOf(Path source) throws IOException {
        String name = source.getFileName().toString().replace(".java", "");
        return Pattern.compile("@FuzzTest\\s+void (\\w+)\\(")
                .matcher(Files.readString(source))
                .results()
                .map(found -> name + "#" + found.group(1))
                .toList();
    }
}
