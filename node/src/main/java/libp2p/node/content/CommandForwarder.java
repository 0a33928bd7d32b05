package libp2p.node.content;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives a command on content to the node that runs on its data directory, before the program has read its options or
 * loaded anything of a host: the node does both. So the command costs the start of a virtual machine and hardly more.
 */
public final class CommandForwarder {
    private static final Set<String> COMMANDS =
            Set.of("add", "get", "cat", "ls", "block", "dag", "pin", "gc", "repo", "provide", "name");

    /** Commands and options that need more than the words: help, and options that name a file of words. */
    private static final Set<String> OWN = Set.of("--help", "-h", "--version", "-V", "--");

    private CommandForwarder() {}

    /**
     * The exit code, or empty if no node runs on the data directory, or the command is none that a node does; blocks
     * until the node has done it.
     */
    public static OptionalInt run(String[] arguments) {
        Path data = data(arguments);
        if (data == null) {
            return OptionalInt.empty();
        }
        List<String> words = new ArrayList<>(List.of(arguments));
        if (!arguments[0].equals("name") && isProgressFree(words) && isTerminal()) {
            words.add("--progress"); // the node cannot know
        }
        try {
            OutputStream out = new FileOutputStream(FileDescriptor.out); // stays open, as that of System does
            return ContentClient.ask(data, Path.of("").toAbsolutePath(), words, out, System.err);
        } catch (IOException e) {
            System.err.println(arguments[0] + ": " + e.getMessage());
            return OptionalInt.of(1);
        }
    }

    /** Whether progress is for this side to decide: neither asked for nor refused, and the output is for people. */
    static boolean isProgressFree(List<String> words) {
        return !words.contains("--progress") && !words.contains("--no-progress") && !words.contains("--json");
    }

    /** Whether a person reads the output: the launcher says so, since asking the JVM loads a library for terminals. */
    static boolean isTerminal() {
        String told = System.getProperty("p2p.terminal");
        if (told != null) {
            return Boolean.parseBoolean(told);
        }
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /**
     * The data directory of a command that a node may do; null if there is none, or somebody else must read the words.
     */
    private static @Nullable Path data(String[] arguments) {
        if (arguments.length == 0 || !COMMANDS.contains(arguments[0])) {
            return null;
        }
        String data = null;
        for (int i = 1; i < arguments.length; i++) {
            String word = arguments[i];
            if (OWN.contains(word) || word.startsWith("@")) {
                return null;
            }
            if (word.equals("--data") && i + 1 < arguments.length) {
                data = arguments[i + 1];
            } else if (word.startsWith("--data=")) {
                data = word.substring("--data=".length());
            }
        }
        return data == null ? null : Path.of(data);
    }
}
