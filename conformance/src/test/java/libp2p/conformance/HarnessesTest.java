package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import libp2p.core.muxer.Muxer;
import libp2p.core.security.SecurityProtocol;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every muxer and every secure channel takes the suite of its kind, and only cases that exist are excused. */
class HarnessesTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern SUBJECT = Pattern.compile("@Harness\\(\"([^\"]+)\"\\)");
    private static final String TESTS = "src/test/java/libp2p";

    private enum Suite {
        MUXERS(Muxer.class, "muxers", "muxers/support/MuxerContract.java"),
        SECURE_CHANNELS(SecurityProtocol.class, "security", "security/SecureChannelContract.java");

        private final Class<?> kind;
        private final Path module;
        private final Path contract;

        Suite(Class<?> kind, String module, String contract) {
            this.kind = kind;
            this.module = ROOT.resolve(module);
            this.contract = this.module.resolve(TESTS).resolve(contract);
        }

        /** The sources of the classes that inherit the suite. */
        private List<String> takers() throws IOException {
            String name = contract.getFileName().toString().replace(".java", "");
            List<String> takers = new ArrayList<>();
            try (Stream<Path> sources = Files.walk(module.resolve(TESTS))) {
                for (Path source : sources.filter(file -> file.toString().endsWith("Test.java"))
                        .toList()) {
                    String text = Files.readString(source);
                    if (text.contains("extends " + name + " ")) {
                        takers.add(text);
                    }
                }
            }
            return takers;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyImplementationTakesTheSuite(Suite suite) throws IOException {
        List<String> takers = suite.takers();
        List<String> implementations = new ArrayList<>();
        for (JavaClass type : ArchitectureTest.CLASSES) {
            if (type.isAssignableTo(suite.kind) && !type.isInterface()) {
                implementations.add(type.getSimpleName());
            }
        }
        assertThat(implementations)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(takers)
                        .as("tests that put %s through the suite", name)
                        .anyMatch(text -> text.contains("new " + name + "(")
                                && SUBJECT.matcher(text).find()));
    }

    @ParameterizedTest
    @EnumSource
    void everyExcuseNamesACaseOfAnImplementation(Suite suite) throws IOException {
        List<String> subjects = new ArrayList<>();
        for (String taker : suite.takers()) {
            Matcher subject = SUBJECT.matcher(taker);
            assertThat(subject.find()).isTrue();
            subjects.add(subject.group(1));
        }
        String cases = Files.readString(suite.contract);
        for (String line : Files.readAllLines(suite.module.resolve("src/test/resources/harness/unsupported.txt"))) {
            if (!line.startsWith("#")) {
                String[] parts = line.split(" ", 3);
                assertThat(parts).as(line).hasSize(3);
                assertThat(subjects).contains(parts[0]);
                assertThat(cases).contains("void " + parts[1] + "(");
            }
        }
    }
}
