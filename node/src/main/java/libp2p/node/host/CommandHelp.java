package libp2p.node.host;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The help of all commands, to be read on one screen: {@code --help} leaves out the options that commands share,
 * {@code --help-all} shows them. An option is shared if it comes with a mixin of a public class, which is made for
 * commands of several packages, and is not {@link Everyday}.
 */
public final class CommandHelp {
    private static final String ALL = "--help-all";

    private CommandHelp() {}

    /** Gives the help to the commands of a program. */
    public static void install(CommandLine program) {
        Map<String, IHelpSectionRenderer> sections = program.getHelpSectionMap();
        sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, help -> help.optionListExcludingGroups(shown(help)));
        sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandHelp::commands);
        program.setHelpSectionMap(sections);
        program.getSubcommands().values().forEach(CommandHelp::addOption);
    }

    private static void addOption(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        spec.usageMessage().abbreviateSynopsis(true);
        spec.addOption(OptionSpec.builder(ALL)
                .usageHelp(true)
                .description("Show all options, also those that commands share.")
                .build());
        command.getSubcommands().values().forEach(CommandHelp::addOption);
    }

    private static List<OptionSpec> shown(Help help) {
        CommandSpec command = help.commandSpec();
        CommandLine.ParseResult parsed = command.commandLine().getParseResult();
        boolean all = parsed != null && parsed.hasMatchedOption(ALL);
        return command.options().stream()
                .filter(option -> !option.hidden() && (all || !isShared(option, command)))
                .toList();
    }

    /** Whether an option of a command is shared, and so shown only on demand. */
    public static boolean isShared(OptionSpec option, CommandSpec command) {
        return option.userObject() instanceof Field field
                && Modifier.isPublic(field.getDeclaringClass().getModifiers())
                && !field.getDeclaringClass().isInstance(command.userObject())
                && !field.isAnnotationPresent(Everyday.class);
    }

    /** The subcommands, each with the begin of its description in one line. */
    private static String commands(Help help) {
        Map<String, Help> visible = help.subcommands();
        int longest = visible.keySet().stream().mapToInt(String::length).max().orElse(1);
        int width = help.commandSpec().usageMessage().width() - 1;
        StringBuilder lines = new StringBuilder();
        visible.forEach((name, command) -> {
            String[] description = command.commandSpec().usageMessage().description();
            String line = ("  %-" + longest + "s  %s").formatted(name, String.join(" ", description));
            lines.append(cut(line, width)).append(System.lineSeparator());
        });
        return lines.toString();
    }

    private static String cut(String line, int width) {
        int sentence = line.indexOf(". ");
        String first = sentence < 0 ? line : line.substring(0, sentence + 1);
        return first.length() <= width ? first : first.substring(0, first.lastIndexOf(' ', width - 2)) + " …";
    }
}
