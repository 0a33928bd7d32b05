package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import libp2p.node.host.Exit;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The scripts of {@code p2p completion}, in the shells that this machine has. */
class CompletionTest {
    private static final String REPLIES = """
        complete_words() {
            COMP_WORDS=("$@")
            COMP_CWORD=$(($# - 1))
            _p2p
            echo "${COMPREPLY[*]}"
        }
        complete_words p2p sw
        complete_words p2p swarm ''
        complete_words p2p pin add --dir
        complete_words p2p ping x --muxer
        complete_words p2p ping x --key-type ''
        complete_words p2p --nothing
        """;

    @TempDir
    Path folder;

    private static boolean has(String shell) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(each -> Files.isExecutable(Path.of(each, shell)));
    }

    /** The output of a shell that has read the script for it. */
    private List<String> told(String more, String shell, String... options) throws Exception {
        Path script = folder.resolve("p2p." + shell);
        Files.writeString(script, Commands.run(Exit.DONE, "completion", shell));
        Path commands = Files.writeString(folder.resolve("commands"), "source " + script + "\n" + more);
        Process process = process(
                Stream.concat(Stream.concat(Stream.of(shell), Stream.of(options)), Stream.of(commands.toString()))
                        .toList());
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed.lines().toList();
    }

    private Process process(List<String> line) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("HOME", folder.toString()); // some write there
        return builder.start();
    }

    /** One of them at least is everywhere. */
    @TestFactory
    Stream<DynamicTest> commandsOptionsAndValuesAreCompletedInTheShellsThatAreInstalled() {
        Map<String, Executable> tests = new LinkedHashMap<>();
        tests.put("bash", () -> complete(told(REPLIES, "bash", "--norc")));
        tests.put("zsh", () -> complete(told("emulate sh\n" + REPLIES, "zsh", "-f")));
        tests.put("fish", this::completeInFish);
        assertThat(has("bash")).isTrue();
        return tests.entrySet().stream()
                .filter(each -> has(each.getKey()))
                .map(each -> DynamicTest.dynamicTest(each.getKey(), each.getValue()));
    }

    private static void complete(List<String> told) {
        assertThat(told)
                .containsExactly(
                        "swarm",
                        "peers addrs connect disconnect",
                        "--direct",
                        "--muxer",
                        "rsa ed25519 secp256k1 ecdsa",
                        "");
    }

    private void completeInFish() throws Exception {
        String asked = """
            complete -C 'p2p sw'
            complete -C 'p2p pin add --dir'
            complete -C 'p2p ping x --muxer'
            complete -C 'p2p ping x --key-type r'
            complete -C 'p2p --nothing'
            """;
        assertThat(told(asked, "fish", "--no-config"))
                .satisfiesExactly(
                        swarm -> assertThat(swarm).startsWith("swarm\tShows"),
                        direct -> assertThat(direct).startsWith("--direct\tThe block alone"),
                        muxer -> assertThat(muxer).startsWith("--muxer\tMuxers"),
                        rsa -> assertThat(rsa).startsWith("rsa\t"));
    }

    @Test
    void theScriptsAreShort() {
        for (String shell : List.of("bash", "zsh", "fish")) {
            assertThat(Commands.run(Exit.DONE, "completion", shell)).hasSizeBetween(5_000, 60_000);
        }
    }
}
