package libp2p.node.completion;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Scripts that complete the command lines of a program. They know its commands, and do not start it. */
public final class Completion {
    private Completion() {}

    /** The script for bash. */
    public static String bash(CommandLine program) {
        return new BashScript(program).text();
    }

    /** The script for zsh: that of bash, with what zsh brings to run it. */
    public static String zsh(CommandLine program) {
        return """
            whence compdef >/dev/null || { autoload -U compinit && compinit; }
            autoload -U bashcompinit && bashcompinit
            """ + bash(program);
    }

    /** The script for fish. */
    public static String fish(CommandLine program) {
        return new FishScript(program).text();
    }

    /** The commands of a program by their words, as {@code pin add}; the program itself by the empty text. */
    static Map<String, CommandSpec> commands(CommandLine program) {
        Map<String, CommandSpec> all = new LinkedHashMap<>();
        collect("", program.getCommandSpec(), all);
        return all;
    }

    private static void collect(String path, CommandSpec command, Map<String, CommandSpec> all) {
        all.put(path, command);
        subcommands(command).forEach((name, each) -> collect(path.isEmpty() ? name : path + " " + name, each, all));
    }

    /** The subcommands of a command that are offered. */
    static Map<String, CommandSpec> subcommands(CommandSpec command) {
        Map<String, CommandSpec> offered = new LinkedHashMap<>();
        command.subcommands().forEach((name, each) -> {
            if (!each.getCommandSpec().usageMessage().hidden()) {
                offered.put(name, each.getCommandSpec());
            }
        });
        return offered;
    }

    /** The options of a command that are offered. */
    static List<OptionSpec> options(CommandSpec command) {
        return command.options().stream().filter(option -> !option.hidden()).toList();
    }

    /** The names of an option, with that which says the opposite. */
    static List<String> names(OptionSpec option) {
        Stream<String> opposite =
                option.negatable() ? Stream.of(option.longestName().replaceFirst("^--", "--no-")) : Stream.empty();
        return Stream.concat(Stream.of(option.names()), opposite).toList();
    }

    /** Whether the word after an option is its value. */
    static boolean takesValue(OptionSpec option) {
        return option.arity().min() > 0;
    }

    /** The values that an option or parameter may have, if they are few and known. */
    static List<String> values(ArgSpec argument) {
        Iterable<String> candidates = argument.completionCandidates();
        return candidates == null
                ? List.of()
                : StreamSupport.stream(candidates.spliterator(), false)
                        .map(each -> each.toLowerCase(Locale.ROOT))
                        .toList();
    }
}
