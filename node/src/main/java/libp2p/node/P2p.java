package libp2p.node;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program. Exit codes: see {@link Exit}. */
@Command(
        name = "p2p",
        description = "A libp2p node, and tools to try and to measure others.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Version.class,
        subcommands = {
            NodeCommand.class,
            ListenCommand.class,
            PingCommand.class,
            IdentifyCommand.class,
            EchoCommand.class,
            PerfCommand.class,
            HalfCloseCommand.class,
            ResetCommand.class,
            StreamsCommand.class,
            ConnectsCommand.class,
            IdleCommand.class,
            KeyCommand.class,
            SimCommand.class,
            TrainCommand.class,
            VersionCommand.class
        })
public final class P2p {
    private P2p() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new P2p())
                .setCaseInsensitiveEnumValuesAllowed(true)
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
