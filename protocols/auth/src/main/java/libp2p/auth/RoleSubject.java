package libp2p.auth;

import java.util.function.Function;
import libp2p.core.connection.Connection;
import libp2p.core.identity.PeerId;

/**
 * The peers of a role.
 *
 * @param role that is meant
 * @param roles of peers
 */
record RoleSubject(Role role, Function<PeerId, Role> roles) implements Subject {
    /** Of a role, as text in a file of rules. */
    static final String PREFIX = "role:";

    @Override
    public boolean includes(Connection connection) {
        return role.equals(roles.apply(connection.remotePeer()));
    }

    @Override
    public String toString() {
        return PREFIX + role;
    }
}
