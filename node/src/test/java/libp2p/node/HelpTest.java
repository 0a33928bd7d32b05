package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import libp2p.node.host.CommandHelp;
import libp2p.node.host.Exit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The help of commands: one screen, and on demand all of it. */
class HelpTest {
    private static final int SCREEN = 40;

    private static void collect(CommandLine command, List<CommandLine> all) {
        all.add(command);
        command.getSubcommands().values().forEach(each -> collect(each, all));
    }

    /** The program and all its commands, as deep as they go. */
    private static List<CommandLine> commands() {
        List<CommandLine> all = new ArrayList<>();
        CommandLine program = P2p.whole();
        CommandHelp.install(program);
        collect(program, all);
        return all;
    }

    @Test
    void theHelpOfEachCommandFitsOnAScreen() {
        SoftAssertions each = new SoftAssertions();
        for (int width : new int[] {80, 100}) {
            for (CommandLine command : commands()) {
                String help = command.setUsageHelpWidth(width).getUsageMessage();
                each.assertThat(help.lines().count())
                        .as("%s at a width of %d:%n%s", command.getCommandSpec().qualifiedName(), width, help)
                        .isLessThanOrEqualTo(SCREEN);
                each.assertThat(help.lines()).allMatch(line -> line.length() <= width);
            }
        }
        each.assertAll();
    }

    @Test
    void theHelpOfEachCommandTellsHowToSeeAllOfIt() {
        assertThat(commands().stream().skip(1))
                .allMatch(command -> command.getUsageMessage().contains("--help-all"));
    }

    @Test
    void whatCommandsShareIsShownOnDemand() {
        assertThat(Commands.run(Exit.DONE, "ping", "--help"))
                .contains("--count", "--data", "--json")
                .doesNotContain("--security", "--plugins", "--access");
        assertThat(Commands.run(Exit.DONE, "ping", "--help-all"))
                .contains("--count", "--data", "--security", "--plugins", "--access");
        assertThat(Commands.run(Exit.DONE, "node", "--help"))
                .contains("--listen", "--bootstrap")
                .doesNotContain("--gateway-port", "--dht-prefix");
        assertThat(Commands.run(Exit.DONE, "node", "--help-all")).contains("--gateway-port", "--dht-prefix");
        assertThat(Commands.run(Exit.DONE, "pin", "add", "--help")).doesNotContain("--security");
        assertThat(Commands.run(Exit.DONE, "pin", "add", "--help-all")).contains("--security");
    }

    @Test
    void helpIsACommandToo() {
        assertThat(Commands.run(Exit.DONE, "help")).contains("ping", "node", "identify");
        assertThat(Commands.run(Exit.DONE, "help", "ping")).contains("--count");
        assertThat(Commands.run(Exit.DONE, "help", "pin", "add")).contains("--direct");
    }
}
