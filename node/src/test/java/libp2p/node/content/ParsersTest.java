package libp2p.node.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

class ParsersTest {
    private final Parsers parsers = new Parsers();
    private final StringWriter err = new StringWriter();

    /** The values of all options and parameters of a command line. */
    private static List<String> values(CommandLine parser, String... words) {
        CommandLine.ParseResult result = parser.parseArgs(words);
        while (result.hasSubcommand()) {
            result = result.subcommand();
        }
        List<String> values = new ArrayList<>();
        for (ArgSpec arg : result.commandSpec().args()) {
            values.add(arg.paramLabel() + "=" + Objects.toString(arg.<Object>getValue()));
        }
        return values;
    }

    private List<String> parsed(List<CommandLine> used, String... words) {
        List<String> values = new ArrayList<>();
        parsers.with(List.of(words), new PrintWriter(err, true), parser -> {
            used.add(parser);
            values.addAll(values(parser, words));
            return 0;
        });
        return values;
    }

    @Test
    void aParserThatIsUsedAgainRemembersNothing() {
        List<String[]> lines = List.of(
                new String[] {
                    "add", "--data", "d", "--wrap", "--hidden", "--chunker", "rabin", "--cid-version", "1", "a"
                },
                new String[] {"get", "x", "--peer", "/ip4/1.2.3.4/tcp/1", "--peer", "/ip4/1.2.3.4/tcp/2", "--out", "o"},
                new String[] {"cat", "x", "--offset", "3", "--length", "4", "--progress"},
                new String[] {"dag", "import", "a", "b", "--no-pin", "--json"},
                new String[] {"block", "put", "a", "b", "--codec", "dag-pb"},
                new String[] {"pin", "add", "x", "--direct"});
        List<String[]> plain = List.of(
                new String[] {"add", "b"},
                new String[] {"get", "y"},
                new String[] {"cat", "y"},
                new String[] {"dag", "import"},
                new String[] {"block", "put"},
                new String[] {"pin", "add", "y"});
        for (int i = 0; i < lines.size(); i++) {
            List<CommandLine> used = new ArrayList<>();
            List<String> fresh = parsed(used, plain.get(i));
            List<String> full = parsed(used, lines.get(i));
            List<String> again = parsed(used, plain.get(i));
            assertThat(used.get(1)).as("the same parser").isSameAs(used.get(0)).isSameAs(used.get(2));
            assertThat(full).isNotEqualTo(fresh);
            assertThat(again).isEqualTo(fresh);
        }
    }

    @Test
    void commandsAtTheSameTimeHaveParsersOfTheirOwn() {
        parsers.with(List.of("ls", "x"), new PrintWriter(err, true), outer -> {
            parsers.with(List.of("ls", "x"), new PrintWriter(err, true), inner -> {
                assertThat(inner).isNotSameAs(outer);
                return 0;
            });
            return 0;
        });
    }

    @Test
    void whatIsNoCommandIsToldToTheOneWhoAsked() {
        int code = parsers.with(List.of("nonsense"), new PrintWriter(err, true), parser -> parser.execute("nonsense"));
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("nonsense");
    }
}
