package libp2p.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.node.host.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a command keeps what it acknowledges, if no data directory is named. */
class DefaultDataTest {
    private static final Pattern CID = Pattern.compile("added (\\w+) ");

    @TempDir
    Path folder;

    private record Ended(int code, String out) {}

    private Ended run(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "libp2p.node.P2p"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("P2P_DATA", folder.resolve("data").toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ended(process.waitFor(), out);
    }

    private Path file() throws IOException {
        return Files.writeString(folder.resolve("file"), "to be kept");
    }

    @Test
    void whatWasAddedIsThereForTheNextCommand() throws Exception {
        Ended added = run("add", file().toString());
        Matcher cid = CID.matcher(added.out());
        assertThat(cid.find()).as(added.out()).isTrue();
        assertThat(run("cat", cid.group(1))).isEqualTo(new Ended(Exit.DONE, "to be kept"));
    }

    @Test
    void nothingIsAcknowledgedThatIsNotKept() throws Exception {
        for (List<String> words : List.of(
                List.of("add", file().toString()),
                List.of("block", "put", file().toString()),
                List.of("pin", "add", "bafkqaaa"),
                List.of(
                        "get",
                        "bafkqaaa",
                        "--pin",
                        "--out",
                        folder.resolve("out").toString()),
                List.of("repo", "gc"))) {
            List<String> inMemory = new ArrayList<>(words);
            inMemory.add("--memory");
            Ended refused = run(inMemory.toArray(String[]::new));
            assertThat(refused.code()).as("%s", refused).isEqualTo(Exit.USAGE);
            assertThat(refused.out()).contains("with --memory nothing is kept");
        }
        assertThat(run("add", "--only-hash", file().toString()).code()).isEqualTo(Exit.DONE);
        assertThat(run("cat", "bafkqablimvwgy3y", "--memory")).isEqualTo(new Ended(Exit.DONE, "hello"));
        assertThat(folder.resolve("data")).doesNotExist();
    }
}
