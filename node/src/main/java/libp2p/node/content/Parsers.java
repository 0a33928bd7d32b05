package libp2p.node.content;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import libp2p.node.host.HostCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The parsers of the commands that a node does. Reading the options of a command out of its class takes longer than
 * most commands, so that a parser is made for the command that is named alone, and kept for the next one of that name.
 * Thread-safe.
 */
final class Parsers {
    private static final int KEPT = 2;
    private static final PrintWriter NOBODY = new PrintWriter(Writer.nullWriter());

    /** The commands; all of them but names hold nothing beside their options, which each parse sets anew. */
    private static final Map<String, Class<?>> ALL = Map.ofEntries(
            Map.entry("add", AddCommand.class),
            Map.entry("get", GetCommand.class),
            Map.entry("cat", CatCommand.class),
            Map.entry("ls", LsCommand.class),
            Map.entry("block", BlockCommand.class),
            Map.entry("dag", DagCommand.class),
            Map.entry("pin", PinCommand.class),
            Map.entry("gc", GcCommand.class),
            Map.entry("provide", ProvideCommand.class),
            Map.entry("name", NameCommand.class),
            Map.entry("repo", RepoCommand.class));

    /** The program, as far as a node does its commands. */
    @Command(name = "p2p")
    static final class Program {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Deque<CommandLine>> idle = new HashMap<>();

    /**
     * Does something with the parser of a command, which is nobody else's meanwhile.
     *
     * @param words the command and its arguments
     * @param err for messages
     */
    int with(List<String> words, PrintWriter err, ToIntFunction<CommandLine> use) {
        String name = words.isEmpty() ? "" : words.getFirst();
        CommandLine kept = take(name);
        CommandLine parser = kept == null ? make(name) : kept;
        HostCommand.withExitCodes(parser, words.contains("--json")).setErr(err);
        int code = use.applyAsInt(parser);
        parser.setErr(NOBODY);
        keep(name, parser);
        return code;
    }

    private @Nullable CommandLine take(String name) {
        lock.lock();
        try {
            Deque<CommandLine> free = idle.get(name);
            return free == null ? null : free.poll();
        } finally {
            lock.unlock();
        }
    }

    private void keep(String name, CommandLine parser) {
        if (!ALL.containsKey(name) || name.equals("name")) {
            return;
        }
        lock.lock();
        try {
            Deque<CommandLine> free = idle.computeIfAbsent(name, key -> new ArrayDeque<>());
            if (free.size() < KEPT) {
                free.push(parser);
            }
        } finally {
            lock.unlock();
        }
    }

    private static CommandLine make(String name) {
        CommandLine parser = new CommandLine(new Program());
        Class<?> named = ALL.get(name);
        if (named != null) {
            parser.addSubcommand(named);
        } else {
            ALL.values().forEach(parser::addSubcommand);
        }
        return parser;
    }
}
