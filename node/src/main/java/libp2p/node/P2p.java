package libp2p.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import libp2p.Libp2p;
import libp2p.node.content.AddCommand;
import libp2p.node.content.AuthCommand;
import libp2p.node.content.BlockCommand;
import libp2p.node.content.CatCommand;
import libp2p.node.content.DagCommand;
import libp2p.node.content.GetCommand;
import libp2p.node.content.LsCommand;
import libp2p.node.content.NameCommand;
import libp2p.node.content.PinCommand;
import libp2p.node.content.ProvideCommand;
import libp2p.node.content.RepoCommand;
import libp2p.node.host.CommandHelp;
import libp2p.node.host.Exit;
import libp2p.node.host.HostCommand;
import libp2p.node.host.PluginParts;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program. Exit codes: see {@link Exit}. */
@Command(
        name = "p2p",
        description = "A libp2p node, and tools to try and to measure others.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Version.class)
public final class P2p {
    /** A class of its own, since naming the commands loads their classes. */
    private static final class Commands {
        private static final Map<String, Class<?>> ALL = new LinkedHashMap<>();

        static {
            ALL.put("node", NodeCommand.class);
            ALL.put("listen", ListenCommand.class);
            ALL.put("ping", PingCommand.class);
            ALL.put("identify", IdentifyCommand.class);
            ALL.put("echo", EchoCommand.class);
            ALL.put("perf", PerfCommand.class);
            ALL.put("pubsub", PubSubCommand.class);
            ALL.put("chat", ChatCommand.class);
            ALL.put("dht", DhtCommand.class);
            ALL.put("name", NameCommand.class);
            ALL.put("rendezvous", RendezvousCommand.class);
            ALL.put("resources", ResourcesCommand.class);
            ALL.put("limits", LimitsCommand.class);
            ALL.put("reachability", ReachabilityCommand.class);
            ALL.put("id", IdCommand.class);
            ALL.put("swarm", SwarmCommand.class);
            ALL.put("gate", GateCommand.class);
            ALL.put("reload", ReloadCommand.class);
            ALL.put("add", AddCommand.class);
            ALL.put("get", GetCommand.class);
            ALL.put("cat", CatCommand.class);
            ALL.put("ls", LsCommand.class);
            ALL.put("block", BlockCommand.class);
            ALL.put("dag", DagCommand.class);
            ALL.put("pin", PinCommand.class);
            ALL.put("repo", RepoCommand.class);
            ALL.put("provide", ProvideCommand.class);
            ALL.put("fetch", FetchCommand.class);
            ALL.put("request", RequestCommand.class);
            ALL.put("file", FileCommand.class);
            ALL.put("auth", AuthCommand.class);
            ALL.put("key", KeyCommand.class);
            ALL.put("debug", DebugCommand.class);
            ALL.put("completion", CompletionCommand.class);
            ALL.put("version", VersionCommand.class);
        }
    }

    private P2p() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        if (arguments.length == 1 && arguments[0].equals("version")) {
            System.out.println(Libp2p.AGENT); // without reading the options of any command
            return;
        }
        System.exit(run(arguments));
    }

    /** The program with all its commands. */
    static CommandLine whole() {
        CommandLine program = new CommandLine(new P2p());
        Commands.ALL.values().forEach(program::addSubcommand);
        return program;
    }

    static int run(String... given) {
        String[] arguments = given;
        if (given.length > 0 && given[0].equals("help")) { // as in most programs: p2p help [COMMAND]
            arguments = Arrays.copyOfRange(given, 1, given.length + 1);
            arguments[given.length - 1] = "--help";
        }
        boolean json = List.of(arguments).contains("--json");
        Class<?> named = arguments.length == 0 ? null : Commands.ALL.get(arguments[0]);
        CommandLine program = named == null // one alone: reading the annotations of all the others costs 0.1 s
                ? whole()
                : new CommandLine(new P2p()).addSubcommand(named);
        Path plugins = PluginParts.folder(List.of(arguments));
        if (plugins != null) {
            try {
                PluginParts.addTo(program, plugins);
            } catch (IOException | IllegalArgumentException | ServiceConfigurationError e) {
                HostCommand.complain(program, Exit.message(e), json);
                return Exit.codeOf(e);
            }
        }
        CommandHelp.install(program);
        return HostCommand.withExitCodes(program, json).execute(arguments);
    }
}
