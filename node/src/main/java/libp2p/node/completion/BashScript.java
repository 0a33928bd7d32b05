package libp2p.node.completion;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.node.host.CommandHelp;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The completion for bash: a table with a line for each command, of the words that may follow it. An option with a value
 * ends in {@code =} there, before its values if they are known. Options that many commands share stand in the table once.
 */
final class BashScript {
    private static final String FUNCTION = """
        _p2p() {
            local current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} command= words= word i
            _p2p_words ''
            for ((i = 1; i < COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                [[ $word == -* ]] && continue
                _p2p_words "${command:+$command }$word" || break
                command="${command:+$command }$word"
            done
            if [[ $current == = ]]; then # bash takes the = of --option=value for a word
                current=
            elif [[ $option == = ]]; then
                option=${COMP_WORDS[COMP_CWORD - 2]}
            fi
            COMPREPLY=()
            for word in $words; do
                if [[ $word == "$option="* ]]; then
                    word=${word#*=}
                    COMPREPLY=($(compgen -W "${word//,/ }" -- "$current"))
                    return
                fi
            done
            for word in $words; do
                word=${word%%=*}
                if [[ $word == "$current"* ]] && [[ $word != -* || $current == -* ]]; then
                    COMPREPLY+=("$word")
                fi
            done
        }
        complete -o default -F _p2p p2p
        """;

    private final Map<String, CommandSpec> commands;

    /** Words of options that several commands have, by the name of their variable. */
    private final Map<Set<String>, String> shared = new LinkedHashMap<>();

    BashScript(CommandLine program) {
        commands = Completion.commands(program);
    }

    String text() {
        StringBuilder table = new StringBuilder();
        commands.forEach((path, command) -> table.append("    '")
                .append(path)
                .append("') words=\"")
                .append(words(command))
                .append("\" ;;\n"));
        StringBuilder script = new StringBuilder();
        shared.forEach((words, name) ->
                script.append(name).append("='").append(String.join(" ", words)).append("'\n"));
        return script.append("_p2p_words() {\n    case $1 in\n")
                .append(table)
                .append("    *) return 1 ;;\n    esac\n}\n")
                .append(FUNCTION)
                .toString();
    }

    private String words(CommandSpec command) {
        List<String> words = new ArrayList<>(Completion.subcommands(command).keySet());
        command.positionalParameters().stream().limit(1).map(Completion::values).forEach(words::addAll);
        Set<String> common = new LinkedHashSet<>();
        for (OptionSpec option : Completion.options(command)) {
            (CommandHelp.isShared(option, command) ? common : words).addAll(words(option));
        }
        if (!common.isEmpty()) {
            words.add("$" + shared.computeIfAbsent(common, any -> "_p2p_" + shared.size()));
        }
        return String.join(" ", words);
    }

    private static List<String> words(OptionSpec option) {
        String value = Completion.takesValue(option) ? "=" + String.join(",", Completion.values(option)) : "";
        return Completion.names(option).stream().map(name -> name + value).toList();
    }
}
