package libp2p.node.completion;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The completion for fish: a line for each word that may follow some commands, with what it is for. */
final class FishScript {
    private static final String FUNCTION = """
        function __p2p_after
            set -l words (commandline -opc)
            set -e words[1]
            set -l command ''
            for word in $words
                string match -q -- '-*' $word; and continue
                set -l longer (string trim -- "$command $word")
                contains -- $longer $__p2p_commands; or break
                set command $longer
            end
            contains -- "$command" $argv
        end
        complete -c p2p -f
        """;

    private final Map<String, CommandSpec> commands;

    /** The condition, in the words of fish, under which the words of a command are offered. */
    private final Map<String, List<String>> offers = new LinkedHashMap<>();

    FishScript(CommandLine program) {
        commands = Completion.commands(program);
    }

    String text() {
        commands.forEach(this::offer);
        StringBuilder script = new StringBuilder();
        script.append("set -g __p2p_commands ")
                .append(quoted(commands.keySet().stream()
                        .filter(path -> !path.isEmpty())
                        .toList()))
                .append('\n')
                .append(FUNCTION);
        Map<List<String>, String> shared = new LinkedHashMap<>();
        offers.forEach((offer, after) -> {
            String condition = after.size() == 1
                    ? "\"__p2p_after " + quoted(after) + '"'
                    : "'__p2p_after $" + shared.computeIfAbsent(after, any -> "__p2p_" + shared.size()) + "'";
            script.append("complete -c p2p -n ")
                    .append(condition)
                    .append(' ')
                    .append(offer)
                    .append('\n');
        });
        StringBuilder lists = new StringBuilder();
        shared.forEach((after, name) -> lists.append("set -g ")
                .append(name)
                .append(' ')
                .append(quoted(after))
                .append('\n'));
        return lists.append(script).toString();
    }

    private void offer(String path, CommandSpec command) {
        Completion.subcommands(command)
                .forEach((name, each) ->
                        add(path, "-a " + name + purpose(each.usageMessage().description())));
        command.positionalParameters().stream().limit(1).forEach(first -> {
            Completion.values(first).forEach(value -> add(path, "-a " + value));
            if (isFile(first)) {
                add(path, "-F");
            }
        });
        for (OptionSpec option : Completion.options(command)) {
            String value = !Completion.takesValue(option) ? "" : isFile(option) ? " -r -F" : " -x";
            List<String> values = Completion.takesValue(option) ? Completion.values(option) : List.of();
            String known = values.isEmpty() ? "" : " -a '" + String.join(" ", values) + "'";
            for (String name : Completion.names(option)) {
                String kind = name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1);
                add(path, kind + value + known + purpose(option.description()));
            }
        }
    }

    private void add(String path, String offer) {
        offers.computeIfAbsent(offer, any -> new ArrayList<>()).add(path);
    }

    /** Whether files are offered, by the label that people read too. */
    private static boolean isFile(ArgSpec argument) {
        return argument.paramLabel().matches("(.*\\|)?(FILE|DIR|PATH)");
    }

    /** The first sentence of a description. */
    private static String purpose(String[] description) {
        String first = String.join(" ", description).replaceFirst("[.;:] .*|\\.$", "");
        return first.isEmpty() ? "" : " -d " + quoted(List.of(first));
    }

    private static String quoted(List<String> words) {
        return words.stream()
                .map(word -> "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'")
                .collect(Collectors.joining(" "));
    }
}
