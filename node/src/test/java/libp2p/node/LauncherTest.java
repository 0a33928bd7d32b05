package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two launchers, with a Java and a build that only tell how they were started. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path SHIPPED = SourceTree.module("node").resolve("src/main/dist");
    private static final Path CHECKOUT = SourceTree.root().resolve("p2p");

    @TempDir
    private Path folder;

    private Path checkout;
    private Path dist;
    private Path java;

    @BeforeEach
    void layOut() throws IOException {
        checkout = Files.createDirectories(folder.resolve("a check out"));
        dist = checkout.resolve("node/target/dist");
        copy(CHECKOUT, checkout.resolve("p2p"));
        copy(SHIPPED.resolve("bin/p2p"), dist.resolve("bin/p2p"));
        copy(SHIPPED.resolve("conf/jvm.options"), dist.resolve("conf/jvm.options"));
        java = java("25.0.1");
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
        assertThat(Files.isExecutable(to)).isEqualTo(to.endsWith("p2p"));
    }

    /** The home of a Java of this release, which prints its words, one a line. */
    private Path java(String release) throws IOException {
        Path home = Files.createDirectories(folder.resolve("java " + release));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + release + "\"\n");
        program(home.resolve("bin/java"), "printf '%s\\n' \"$@\"");
        return home;
    }

    private static void program(Path file, String script) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private record Done(int code, List<String> out, List<String> err) {}

    /** Runs a program from another folder, without HOME; environment as {@code NAME=value}. */
    private Done run(List<String> environment, Path program, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "-u", "HOME", "-u", "JAVA_HOME", "-u", "P2P_JAVA_OPTS"));
        command.addAll(environment);
        command.add(program.toString());
        command.addAll(List.of(words));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .directory(Files.createDirectories(folder.resolve("elsewhere")).toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Done(process.exitValue(), Files.readAllLines(out), Files.readAllLines(err));
    }

    private String javaHome() {
        return "JAVA_HOME=" + java;
    }

    private static List<String> options(String kind) throws IOException {
        return Files.readAllLines(SHIPPED.resolve("conf/jvm.options")).stream()
                .filter(line -> line.startsWith(kind + ": "))
                .flatMap(line -> List.of(line.substring(kind.length() + 2).split(" ")).stream())
                .toList();
    }

    private List<String> words(String kind, String... words) throws IOException {
        List<String> all = new ArrayList<>(options(kind));
        all.addAll(List.of("-cp", dist.toRealPath().resolve("lib") + "/*", "libp2p.node.P2p"));
        all.addAll(List.of(words));
        return all;
    }

    @Test
    void theShippedOneStartsThroughLinksFromAnotherFolderWithoutHome() throws Exception {
        Path first = Files.createSymbolicLink(folder.resolve("first"), dist.resolve("bin/p2p"));
        Path second = Files.createSymbolicLink(folder.resolve("second"), Path.of("first"));
        for (Path launcher : List.of(dist.resolve("bin/p2p"), first, second)) {
            assertThat(run(List.of(javaHome()), launcher, "cat", "two words", "*", ""))
                    .isEqualTo(new Done(0, words("command", "cat", "two words", "*", ""), List.of()));
        }
    }

    @Test
    void theOneOfTheCheckoutStartsThroughALinkFromAnotherFolderWithoutHome() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), checkout.resolve("p2p"));
        for (Path launcher : List.of(checkout.resolve("p2p"), link)) {
            assertThat(run(List.of(javaHome(), "P2P_NO_BUILD=1"), launcher, "cat", "two words"))
                    .isEqualTo(new Done(0, words("command", "cat", "two words"), List.of()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"node", "listen"})
    void whatRunsLongHasOptionsOfItsOwn(String command) throws Exception {
        assertThat(run(List.of(javaHome()), dist.resolve("bin/p2p"), command).out())
                .isEqualTo(words("node", command));
    }

    @Test
    void optionsOfTheUserComeLast() throws Exception {
        List<String> expected = words("command", "version");
        expected.addAll(options("command").size(), List.of("-Xmx1g", "-Da=*"));
        assertThat(run(List.of(javaHome(), "P2P_JAVA_OPTS=-Xmx1g -Da=*"), dist.resolve("bin/p2p"), "version")
                        .out())
                .isEqualTo(expected);
    }

    @Test
    void javaIsFoundOnThePathWhereJavaHomeIsTooOldOrUnset() throws Exception {
        String path = "PATH=" + java.resolve("bin") + ":" + System.getenv("PATH");
        List<String> expected = words("command", "version");
        assertThat(run(List.of(path), dist.resolve("bin/p2p"), "version").out()).isEqualTo(expected);
        assertThat(run(List.of(path, "JAVA_HOME=" + java("17.0.9")), dist.resolve("bin/p2p"), "version")
                        .out())
                .isEqualTo(expected);
    }

    @Test
    void aMissingJavaIsSaidInOneLine() throws Exception {
        Path launcher = dist.resolve("bin/p2p");
        String script = Files.readString(launcher);
        assertThat(script).contains(" /usr/lib/jvm/", " /Library/");
        Files.writeString(launcher, script.replace(" /usr/lib/jvm/", " /none/").replace(" /Library/", " /none/"));
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : List.of("sed", "readlink")) {
            program(tools.resolve(tool), "PATH='" + System.getenv("PATH") + "'\nexec " + tool + " \"$@\"");
        }
        for (String home : List.of("", java("17.0.9").toString(), "/none")) {
            Done done = run(List.of("PATH=" + tools, "JAVA_HOME=" + home), launcher, "version");
            assertThat(done.code()).isEqualTo(2);
            assertThat(done.out()).isEmpty();
            assertThat(done.err()).singleElement().asString().contains("Java is missing", "25", "JAVA_HOME");
        }
    }

    @Test
    void aCheckoutBuildsWhatIsNewerThanItsLastBuild() throws Exception {
        Files.writeString(checkout.resolve("pom.xml"), "");
        Path source = checkout.resolve("node/src/main/java/A.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, "");
        Path test = checkout.resolve("node/src/test/java/src/main/B.java");
        Files.createDirectories(test.getParent());
        Files.writeString(test, "");
        for (String floor : List.of("foundation", "network", "protocols", "content", "kit")) {
            Files.createDirectories(checkout.resolve(floor));
        }
        Path shipped = Files.move(dist, folder.resolve("built"));
        program(
                checkout.resolve("mvnw"),
                "mkdir -p '" + dist + "'; cp -Rp '" + shipped + "/.' '" + dist + "'; echo maven");
        Path launcher = checkout.resolve("p2p");

        Done first = run(List.of(javaHome()), launcher, "version");
        assertThat(first.out()).isEqualTo(words("command", "version"));
        assertThat(first.err()).hasSize(2).last().isEqualTo("maven");
        assertThat(run(List.of(javaHome()), launcher, "version").err()).isEmpty();

        FileTime later = FileTime.fromMillis(Files.getLastModifiedTime(checkout.resolve("node/target/.built"))
                        .toMillis()
                + 10_000);
        Files.setLastModifiedTime(test, later);
        assertThat(run(List.of(javaHome()), launcher, "version").err()).isEmpty();
        Files.setLastModifiedTime(source, later);
        assertThat(run(List.of(javaHome(), "P2P_NO_BUILD=1"), launcher, "version")
                        .err())
                .isEmpty();
        assertThat(run(List.of(javaHome()), launcher, "version").err()).contains("maven");

        program(checkout.resolve("mvnw"), "exit 1");
        Done failed = run(List.of(javaHome()), launcher, "version");
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).last().isEqualTo("p2p: the build failed");
    }

    /** The options are those of the Java that this test runs with. */
    @ParameterizedTest
    @ValueSource(strings = {"command", "node"})
    void javaTakesTheOptionsInSilence(String kind) throws Exception {
        List<String> words = new ArrayList<>(options(kind));
        assertThat(words).isNotEmpty().noneMatch(word -> word.contains("Unlock"));
        words.add("--version");
        Done done =
                run(List.of(), Path.of(System.getProperty("java.home"), "bin", "java"), words.toArray(String[]::new));
        assertThat(done.code()).isZero();
        assertThat(done.err()).isEmpty();
    }

    @Test
    void bothTogetherAreShortAndPlainShell() throws Exception {
        List<String> lines = new ArrayList<>();
        for (Path launcher : List.of(CHECKOUT, SHIPPED.resolve("bin/p2p"))) {
            List<String> own = Files.readAllLines(launcher);
            assertThat(own.getFirst()).isEqualTo("#!/bin/sh");
            assertThat(own).noneMatch(line -> line.strip().startsWith(". "));
            assertThat(run(List.of(), Path.of("/bin/sh"), "-n", launcher.toString()))
                    .isEqualTo(new Done(0, List.of(), List.of()));
            lines.addAll(own);
        }
        assertThat(lines).hasSizeLessThanOrEqualTo(60).allMatch(line -> line.length() <= 120);
    }
}
