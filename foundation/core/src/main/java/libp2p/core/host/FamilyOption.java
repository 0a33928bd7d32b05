package libp2p.core.host;

import java.util.regex.Pattern;

/**
 * An option with a value that a family brings to the command lines of programs that start hosts.
 *
 * @param name two hyphens and 2 to 63 characters of a–z, 0–9 and hyphen, for example {@code "--chess-boards"}
 * @param parameter what stands for the value in the help, for example {@code "N"}
 * @param description one sentence for the help
 */
public record FamilyOption(String name, String parameter, String description) {
    private static final Pattern NAME = Pattern.compile("--[a-z][a-z0-9-]{1,62}");

    /** @throws IllegalArgumentException if the name is none */
    public FamilyOption {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" is no name of an option");
        }
    }
}
