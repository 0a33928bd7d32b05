package libp2p.auth;

import java.util.regex.Pattern;
import libp2p.multiformats.MalformedException;

/**
 * A role that peers have, by its name.
 *
 * @param name 1 to 64 characters of a–z, 0–9 and hyphen
 */
public record Role(String name) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    /** Everything is allowed, by default. */
    public static final Role ADMIN = new Role("admin");
    /** By default: reading, writing and deleting. */
    public static final Role MODERATOR = new Role("moderator");
    /** By default: reading and writing. */
    public static final Role USER = new Role("user");
    /** The role of every peer that was assigned none; by default: reading. */
    public static final Role GUEST = new Role("guest");

    /** @throws MalformedException if it is no such name */
    public Role {
        if (!NAME.matcher(name).matches()) {
            throw new MalformedException("the name of a role has 1 to 64 characters of a–z, 0–9 and hyphen, unlike "
                    + MalformedException.quote(name));
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
