package libp2p.node;

import picocli.CommandLine.Command;

/** {@code p2p debug}: the instruments, which measure or provoke, always with hosts of their own. */
@Command(
        name = "debug",
        description = "Instruments for tests and benchmarks, each with hosts of its own.",
        mixinStandardHelpOptions = true,
        subcommands = {
            AuthenticateCommand.class,
            BusyPingCommand.class,
            ConnectsCommand.class,
            HalfCloseCommand.class,
            IdleCommand.class,
            PubSubPeerCommand.class,
            ResetCommand.class,
            SimCommand.class,
            StreamsCommand.class
        })
final class DebugCommand {
    private DebugCommand() {}
}
