package libp2p.node.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import libp2p.core.host.FamilyCommand;
import libp2p.core.host.FamilyOption;
import libp2p.core.host.Host;
import libp2p.core.host.ProtocolFamily;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The options and commands that the families of a folder of plug-ins bring to the command line. */
public final class PluginParts {
    private static final String OPTION = "--plugins";

    private PluginParts() {}

    /** The folder that the arguments name, found before the program knows its options; null if there is none. */
    public static @Nullable Path folder(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith(OPTION + "=")) {
                return Path.of(argument.substring(OPTION.length() + 1));
            } else if (argument.equals(OPTION) && i + 1 < arguments.size()) {
                return Path.of(arguments.get(i + 1));
            }
        }
        return null;
    }

    /**
     * Adds the options to all commands of the program that start hosts, and the commands to the program.
     *
     * @throws IOException if the folder cannot be read
     * @throws IllegalArgumentException if a name is taken
     */
    public static void addTo(CommandLine program, Path folder) throws IOException {
        List<ProtocolFamily> families = ServiceLoader.load(ProtocolFamily.class, PluginFolder.loader(folder)).stream()
                .sorted(Comparator.comparing(provider -> provider.type().getName()))
                .map(ServiceLoader.Provider::get)
                .toList();
        for (ProtocolFamily family : families) {
            for (FamilyCommand command : family.commands()) {
                if (program.getSubcommands().containsKey(command.name())) {
                    throw new IllegalArgumentException(
                            "a plug-in brings the command " + command.name() + ", which exists already");
                }
                program.addSubcommand(command.name(), commandLine(command));
            }
        }
        for (ProtocolFamily family : families) {
            family.options().forEach(option -> addTo(program, option));
        }
    }

    private static void addTo(CommandLine command, FamilyOption option) {
        CommandSpec spec = command.getCommandSpec();
        spec.mixins().values().stream()
                .map(CommandSpec::userObject)
                .filter(HostOptions.class::isInstance)
                .map(HostOptions.class::cast)
                .forEach(host -> {
                    if (spec.findOption(option.name()) != null) {
                        throw new IllegalArgumentException(
                                "a plug-in brings the option " + option.name() + ", which exists already");
                    }
                    spec.addOption(OptionSpec.builder(option.name())
                            .paramLabel(option.parameter())
                            .description(option.description())
                            .type(String.class)
                            .arity("1")
                            .setter(new CommandLine.Model.ISetter() {
                                @Override
                                public <T> T set(T value) {
                                    host.familyOption(option.name(), (String) value);
                                    return value;
                                }
                            })
                            .build());
                });
        command.getSubcommands().values().forEach(each -> addTo(each, option));
    }

    private static CommandLine commandLine(FamilyCommand command) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(new Runner(command));
        spec.name(command.name()).usageMessage().description(command.description());
        for (int i = 0; i < command.parameters().size(); i++) {
            spec.addPositional(PositionalParamSpec.builder()
                    .index(Integer.toString(i))
                    .paramLabel(command.parameters().get(i))
                    .type(String.class)
                    .arity("1")
                    .required(true)
                    .build());
        }
        return new CommandLine(spec);
    }

    /** Runs the command of a family with a host of its own. */
    @Command(mixinStandardHelpOptions = true)
    private static final class Runner implements Callable<Integer> {
        private final FamilyCommand command;

        @Mixin
        private IdentityOptions options = new IdentityOptions();

        @CommandLine.Spec
        private @Nullable CommandSpec spec;

        Runner(FamilyCommand command) {
            this.command = command;
        }

        @Override
        public Integer call() throws Exception {
            List<String> parameters = new ArrayList<>();
            if (spec != null) {
                spec.positionalParameters().forEach(each -> parameters.add(String.valueOf((Object) each.getValue())));
            }
            Output output = options.output();
            try (Host host = options.host().start()) {
                command.action().run(host, List.copyOf(parameters), line -> output.event("output", line, "text", line));
            }
            return Exit.DONE;
        }
    }
}
