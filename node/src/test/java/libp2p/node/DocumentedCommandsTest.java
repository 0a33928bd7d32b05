package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import libp2p.core.testing.SourceTree;
import libp2p.node.host.CommandHelp;
import libp2p.node.host.HostCommand;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A command line that a page for users writes down is one that the program takes. */
class DocumentedCommandsTest {
    /** Up to the end of the code, or a remark, or what the shell reads. */
    private static final Pattern COMMAND = Pattern.compile("\\./p2p ([^`#>|\n]*)");

    private static final String PEER = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    private static List<Path> pages() throws IOException {
        Path docs = SourceTree.root().resolve("docs");
        List<Path> pages = new ArrayList<>(List.of(
                SourceTree.root().resolve("README.md"),
                docs.resolve("durability.md"),
                docs.resolve("metrics.md"),
                docs.resolve("which-limit-wins.md")));
        try (Stream<Path> tasks = Files.list(docs.resolve("how-to"))) {
            tasks.forEach(pages::add);
        }
        return pages;
    }

    /** With values in the places of words such as PEER. */
    private static String[] words(String line) {
        return line.strip()
                .replace("MULTIADDR", "/ip4/127.0.0.1/tcp/4001/p2p/" + PEER)
                .replace("PEER", PEER)
                .replace("CID", "QmaLtyxUWGYQqZFStVftaFceDncU8MR6KFoqbpThcNzgLy")
                .split("\\s+");
    }

    @Test
    void thePagesForUsersHoldCommandsThatTheProgramTakes() throws IOException {
        List<String> refused = new ArrayList<>();
        int taken = 0;
        for (Path page : pages()) {
            Matcher command = COMMAND.matcher(Files.readString(page));
            while (command.find()) {
                String line = command.group(1).strip();
                try {
                    if (!line.equals("help")) {
                        CommandLine program = P2p.whole();
                        CommandHelp.install(program);
                        HostCommand.withExitCodes(program, false).parseArgs(words(line));
                    }
                    taken++;
                } catch (ParameterException e) {
                    refused.add(page.getFileName() + ": ./p2p " + line + ": " + e.getMessage());
                }
            }
        }
        assertThat(refused).isEmpty();
        assertThat(taken).isGreaterThan(25);
    }
}
