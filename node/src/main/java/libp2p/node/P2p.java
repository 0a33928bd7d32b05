package libp2p.node;

import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.node.content.AddCommand;
import libp2p.node.content.BlockCommand;
import libp2p.node.content.CatCommand;
import libp2p.node.content.DagCommand;
import libp2p.node.content.GcCommand;
import libp2p.node.content.GetCommand;
import libp2p.node.content.LsCommand;
import libp2p.node.content.PinCommand;
import libp2p.node.content.ProvideCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program. Exit codes: see {@link Exit}. */
@Command(
        name = "p2p",
        description = "A libp2p node, and tools to try and to measure others.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Version.class)
public final class P2p {
    private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("node", NodeCommand.class);
        COMMANDS.put("listen", ListenCommand.class);
        COMMANDS.put("ping", PingCommand.class);
        COMMANDS.put("identify", IdentifyCommand.class);
        COMMANDS.put("echo", EchoCommand.class);
        COMMANDS.put("perf", PerfCommand.class);
        COMMANDS.put("halfclose", HalfCloseCommand.class);
        COMMANDS.put("reset", ResetCommand.class);
        COMMANDS.put("busyping", BusyPingCommand.class);
        COMMANDS.put("streams", StreamsCommand.class);
        COMMANDS.put("connects", ConnectsCommand.class);
        COMMANDS.put("idle", IdleCommand.class);
        COMMANDS.put("pubsub", PubSubCommand.class);
        COMMANDS.put("chat", ChatCommand.class);
        COMMANDS.put("dht", DhtCommand.class);
        COMMANDS.put("resources", ResourcesCommand.class);
        COMMANDS.put("limits", LimitsCommand.class);
        COMMANDS.put("reachability", ReachabilityCommand.class);
        COMMANDS.put("gate", GateCommand.class);
        COMMANDS.put("reload", ReloadCommand.class);
        COMMANDS.put("add", AddCommand.class);
        COMMANDS.put("get", GetCommand.class);
        COMMANDS.put("cat", CatCommand.class);
        COMMANDS.put("ls", LsCommand.class);
        COMMANDS.put("block", BlockCommand.class);
        COMMANDS.put("dag", DagCommand.class);
        COMMANDS.put("pin", PinCommand.class);
        COMMANDS.put("gc", GcCommand.class);
        COMMANDS.put("provide", ProvideCommand.class);
        COMMANDS.put("key", KeyCommand.class);
        COMMANDS.put("sim", SimCommand.class);
        COMMANDS.put("train", TrainCommand.class);
        COMMANDS.put("version", VersionCommand.class);
    }

    private P2p() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        CommandLine program = new CommandLine(new P2p());
        Class<?> named = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        if (named != null) {
            program.addSubcommand(named); // alone: reading the annotations of all the others costs 0.1 s
        } else {
            COMMANDS.values().forEach(program::addSubcommand);
        }
        return program.setCaseInsensitiveEnumValuesAllowed(true)
                .setExitCodeExceptionMapper(Exit::codeOf)
                .setExecutionExceptionHandler((error, commandLine, result) -> {
                    commandLine.getErr().println(commandLine.getCommandName() + ": " + Exit.message(error));
                    if (Boolean.getBoolean("p2p.stacktrace")) {
                        error.printStackTrace(commandLine.getErr());
                    }
                    return Exit.codeOf(error);
                })
                .execute(arguments);
    }
}
