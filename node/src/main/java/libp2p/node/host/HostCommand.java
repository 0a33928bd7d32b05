package libp2p.node.host;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.HostBuilder;
import libp2p.Limits;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The parts of the program that commands in packages of their own use: options of hosts, output, exit codes. */
public abstract class HostCommand {
    @Mixin
    private IdentityOptions options = new IdentityOptions();

    /** A builder of a host with the options of this command. */
    protected final HostBuilder host() throws IOException {
        return options.host();
    }

    /** The limits of this command. */
    protected final Limits limits() {
        return options.limits();
    }

    /** The data directory, or null. */
    protected final @Nullable Path data() {
        return options.data;
    }

    /** Takes the default data directory of the user where none was named. */
    protected final void useDefaultData() {
        if (options.data == null) {
            options.data = DataFolder.ofUser();
        }
    }

    /** The key file that was named, or null. */
    protected final @Nullable Path keyFile() {
        return options.key;
    }

    /** The identity of this command: of its key file or data directory, or a new one. */
    protected final Identity identity() throws IOException {
        return options.identity(SystemEnvironment.shared());
    }

    /** The peers to begin with, of whom the host of this command is not told: the command connects to them itself. */
    protected final List<PeerAddress> takeBootstrap() {
        List<PeerAddress> peers =
                options.bootstrap.stream().map(PeerAddress::parse).toList();
        options.bootstrap = List.of();
        return peers;
    }

    /** Whether events are printed as JSON, for programs. */
    protected final boolean isJson() {
        return options.json;
    }

    /** Prints an event to a stream, as JSON if that was asked for. */
    protected final void event(PrintStream out, String name, String human, Object... fields) {
        new Output(options.json, out).event(name, human, fields);
    }

    /**
     * Refuses options of a host, other than the data directory and the form of the output, where a node runs that has its
     * own.
     *
     * @param except further options that hold all the same
     */
    public static void refuseOptionsOfHosts(CommandSpec command, Path data, String... except) {
        for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
            boolean ofHost = option.userObject() instanceof Field field
                    && HostOptions.class.isAssignableFrom(field.getDeclaringClass());
            String name = option.longestName();
            if (ofHost
                    && !name.equals("--data")
                    && !name.equals("--json")
                    && !List.of(except).contains(name)) {
                throw ofNode(data, name);
            }
        }
    }

    /** The refusal of an option that holds for a host of this process alone. */
    public static IllegalArgumentException ofNode(Path data, String option) {
        return new IllegalArgumentException("a node runs on " + data + " and does this with its own host: " + option
                + " is for a command that runs alone");
    }

    /**
     * Makes the errors of a program's commands into messages and exit codes.
     *
     * @param json whether the messages are events for programs
     */
    public static CommandLine withExitCodes(CommandLine program, boolean json) {
        return program.setCaseInsensitiveEnumValuesAllowed(true)
                .setExitCodeExceptionMapper(Exit::codeOf)
                .setParameterExceptionHandler((wrong, line) -> {
                    CommandLine command = wrong.getCommandLine();
                    complain(command, String.valueOf(wrong.getMessage()), Cure.of(wrong), json);
                    if (!json) {
                        String name = command.getCommandSpec().qualifiedName();
                        command.getErr().println("see: " + name + " --help");
                    }
                    return Exit.USAGE;
                })
                .setExecutionExceptionHandler((error, commandLine, result) -> {
                    complain(commandLine, Exit.message(error), Cure.of(error), json);
                    if (Boolean.getBoolean("p2p.stacktrace")) {
                        error.printStackTrace(commandLine.getErr());
                    }
                    return Exit.codeOf(error);
                });
    }

    /** Prints an error of a command, as an event if the output is for programs. */
    public static void complain(CommandLine command, String message, boolean json) {
        complain(command, message, null, json);
    }

    private static void complain(CommandLine command, String message, @Nullable String cure, boolean json) {
        if (json) {
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("event", "error");
            error.put("command", command.getCommandName());
            error.put("message", message);
            if (cure != null) {
                error.put("cure", cure);
            }
            command.getErr().println(Json.write(error));
        } else {
            command.getErr().println(command.getCommandName() + ": " + Printable.lines(message));
            if (cure != null) {
                command.getErr().println("  " + Printable.lines(cure));
            }
        }
    }
}
