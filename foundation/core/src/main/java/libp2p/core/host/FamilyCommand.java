package libp2p.core.host;

import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A command that a family brings to programs with commands: it gets a host that has the family, does something with it
 * and ends.
 *
 * @param name 2 to 63 characters of a–z, 0–9 and hyphen
 * @param description one sentence for the help
 * @param parameters the names of its parameters in the help, in their order; all of them must be given
 * @param action run once
 */
public record FamilyCommand(String name, String description, List<String> parameters, Action action) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,62}");

    /** The work of a command. */
    @FunctionalInterface
    public interface Action {
        /**
         * Runs the command; may block.
         *
         * @param host started, closed by the caller
         * @param parameters as they were typed, as many as the command names
         * @param output takes a line at a time
         * @throws Exception whose message is printed; the program then fails
         */
        void run(Host host, List<String> parameters, Consumer<String> output) throws Exception;
    }

    /** @throws IllegalArgumentException if the name is none */
    public FamilyCommand {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" is no name of a command");
        }
        parameters = List.copyOf(parameters);
    }
}
