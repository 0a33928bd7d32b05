package libp2p.node;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.node.content.AddCommand;
import libp2p.node.content.AuthCommand;
import libp2p.node.content.BlockCommand;
import libp2p.node.content.CatCommand;
import libp2p.node.content.DagCommand;
import libp2p.node.content.GcCommand;
import libp2p.node.content.GetCommand;
import libp2p.node.content.LsCommand;
import libp2p.node.content.NameCommand;
import libp2p.node.content.PinCommand;
import libp2p.node.content.ProvideCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

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
        COMMANDS.put("name", NameCommand.class);
        COMMANDS.put("rendezvous", RendezvousCommand.class);
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
        COMMANDS.put("fetch", FetchCommand.class);
        COMMANDS.put("request", RequestCommand.class);
        COMMANDS.put("file", FileCommand.class);
        COMMANDS.put("auth", AuthCommand.class);
        COMMANDS.put("key", KeyCommand.class);
        COMMANDS.put("sim", SimCommand.class);
        COMMANDS.put("train", TrainCommand.class);
        COMMANDS.put("version", VersionCommand.class);
    }

    private static final List<String> OPTIONS_OF_NODES =
            List.of("--data", "--tls-cert", "--tls-key", "--access", "--bootstrap", "--plugins", "--limits", "--psk");

    private P2p() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... given) {
        String[] arguments = given;
        if (given.length > 0 && given[0].equals("help")) { // as in most programs: p2p help [COMMAND]
            arguments = given.length > 1 ? new String[] {given[1], "--help"} : new String[] {"--help"};
        }
        boolean json = List.of(arguments).contains("--json");
        CommandLine program = new CommandLine(new P2p());
        Class<?> named = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        if (named != null) {
            program.addSubcommand(named); // alone: reading the annotations of all the others costs 0.1 s
        } else {
            COMMANDS.values().forEach(program::addSubcommand);
        }
        program.getSubcommands().values().forEach(P2p::hideOptionsOfNodes);
        return program.setCaseInsensitiveEnumValuesAllowed(true)
                .setExitCodeExceptionMapper(Exit::codeOf)
                .setParameterExceptionHandler((wrong, line) -> {
                    CommandLine command = wrong.getCommandLine();
                    complain(command, String.valueOf(wrong.getMessage()), json);
                    if (!json) {
                        String name = command.getCommandSpec().qualifiedName();
                        command.getErr().println("see: " + name + " --help");
                    }
                    return Exit.USAGE;
                })
                .setExecutionExceptionHandler((error, commandLine, result) -> {
                    complain(commandLine, Exit.message(error), json);
                    if (Boolean.getBoolean("p2p.stacktrace")) {
                        error.printStackTrace(commandLine.getErr());
                    }
                    return Exit.codeOf(error);
                })
                .execute(arguments);
    }

    private static void complain(CommandLine command, String message, boolean json) {
        if (json) {
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("event", "error");
            error.put("command", command.getCommandName());
            error.put("message", message);
            command.getErr().println(Json.write(error));
        } else {
            command.getErr().println(command.getCommandName() + ": " + Printable.lines(message));
        }
    }

    /**
     * Leaves out of the help of a dialing command the options that only nodes have use for; they are taken all the
     * same.
     */
    private static void hideOptionsOfNodes(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        if (spec.userObject() instanceof DialCommand) {
            for (String name : OPTIONS_OF_NODES) {
                OptionSpec option = spec.findOption(name);
                if (option != null) {
                    spec.remove(option);
                    spec.addOption(OptionSpec.builder(option).hidden(true).build());
                }
            }
        }
    }
}
