package libp2p.node.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The names that are nearest to a mistyped command or option, if any is near. */
final class Suggestions {
    /** More would be a list to search. */
    private static final int MOST = 2;

    private Suggestions() {}

    /** For arguments that a command does not take; empty if nothing is like them. */
    static List<String> of(UnmatchedArgumentException unmatched) {
        CommandSpec command = unmatched.getCommandLine().getCommandSpec();
        String word = unmatched.getUnmatched().getFirst();
        if (word.startsWith("-")) {
            String name = word.replaceFirst("=.*", "");
            return nearest(
                    name,
                    Stream.concat(command.optionsMap().keySet().stream(), command.negatedOptionsMap().keySet().stream())
                            .toList());
        }
        List<String> near = nearest(word, command.subcommands().keySet());
        return near.isEmpty() ? below(word, command.subcommands()) : near;
    }

    /** The commands that have a subcommand of this name, with it: who knows {@code ipfs cat} may look for it here. */
    private static List<String> below(String word, Map<String, CommandLine> commands) {
        return commands.entrySet().stream()
                .filter(each -> each.getValue().getSubcommands().containsKey(word))
                .map(each -> each.getKey() + " " + word)
                .limit(MOST)
                .toList();
    }

    /** The names at the smallest distance from a word, at most one mistake in three letters away. */
    static List<String> nearest(String word, Collection<String> names) {
        int best = Math.max(1, word.replaceFirst("^-+", "").length() / 3);
        List<String> near = new ArrayList<>();
        for (String name : names) {
            int distance = distance(word, name);
            if (distance < best) {
                near.clear();
                best = distance;
            }
            if (distance == best && near.size() < MOST) {
                near.add(name);
            }
        }
        return near;
    }

    /** How many letters to add, to leave out, to replace, or to change with their neighbour, each of them once. */
    private static int distance(String from, String to) {
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int other = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                int least = Math.min(edits[i - 1][j - 1] + other, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
                boolean swapped = i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1);
                edits[i][j] = swapped ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
            }
        }
        return edits[from.length()][to.length()];
    }
}
