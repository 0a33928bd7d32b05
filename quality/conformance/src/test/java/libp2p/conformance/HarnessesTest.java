package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import libp2p.contracts.datastore.DatastoreContract;
import libp2p.contracts.muxer.MuxerContract;
import libp2p.contracts.security.SecureChannelContract;
import libp2p.core.datastore.Datastore;
import libp2p.core.muxer.Muxer;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Every muxer, secure channel and datastore takes the suite of its kind, and only cases that exist are excused. */
class HarnessesTest {
    private static final Pattern SUBJECT = Pattern.compile("@Harness\\(\"([^\"]+)\"\\)");
    private static final String TESTS = "src/test/java/libp2p";

    private enum Suite {
        MUXERS(Muxer.class, "muxers", MuxerContract.class),
        SECURE_CHANNELS(SecurityProtocol.class, "security", SecureChannelContract.class),
        DATASTORES(Datastore.class, "storage", DatastoreContract.class);

        private final Class<?> kind;
        /** Where the implementations of the suite's module are; those of the simulator stand for others. */
        private final String packageName;

        private final Path module;
        private final Class<?> contract;

        Suite(Class<?> kind, String module, Class<?> contract) {
            this.kind = kind;
            this.packageName = "libp2p." + module;
            this.module = SourceTree.module(module);
            this.contract = contract;
        }

        private Set<String> cases() {
            Set<String> cases = new TreeSet<>();
            for (Class<?> type = contract; type != Object.class; type = type.getSuperclass()) {
                for (Method method : type.getDeclaredMethods()) {
                    if (AnnotationSupport.isAnnotated(method, Testable.class)) {
                        cases.add(method.getName());
                    }
                }
            }
            return cases;
        }

        /** The sources of the classes that inherit the suite. */
        private List<String> takers() throws IOException {
            String name = contract.getSimpleName();
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
            if (type.isAssignableTo(suite.kind)
                    && !type.isInterface()
                    && type.getPackageName().startsWith(suite.packageName)) {
                implementations.add(type.getSimpleName());
            }
        }
        assertThat(implementations)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(takers)
                        .as("tests that put %s through the suite", name)
                        .anyMatch(text -> text.contains("new " + name + "(")
                                || text.contains(name + ".open(")
                                || text.contains(name + ".create(")));
    }

    @ParameterizedTest
    @EnumSource
    void everyExcuseNamesACaseOfAnImplementation(Suite suite) throws IOException {
        Path excuses = suite.module.resolve("src/test/resources/harness/unsupported.txt");
        assertThat(suite.cases()).hasSizeGreaterThan(9);
        List<String> subjects = new ArrayList<>();
        for (String taker : suite.takers()) {
            Matcher subject = SUBJECT.matcher(taker);
            if (subject.find()) {
                subjects.add(subject.group(1));
            }
        }
        for (String line : Files.exists(excuses) ? Files.readAllLines(excuses) : List.<String>of()) {
            if (!line.startsWith("#")) {
                String[] parts = line.split(" ", 3);
                assertThat(parts).as(line).hasSize(3);
                assertThat(subjects).contains(parts[0]);
                assertThat(suite.cases()).contains(parts[1]);
            }
        }
    }
}
