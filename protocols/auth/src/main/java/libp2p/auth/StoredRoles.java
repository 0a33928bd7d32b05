package libp2p.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.Datastore.Change;
import libp2p.core.datastore.Datastore.Entries;
import libp2p.core.datastore.Datastore.Entry;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** Roles in a datastore: {@code role/NAME} with its permissions, {@code peer/ID} with the name of its role. */
final class StoredRoles {
    private static final String ROLE = "role/";
    private static final String PEER = "peer/";
    private static final String SEPARATOR = ",";

    private final Datastore datastore;

    StoredRoles(Datastore datastore) {
        this.datastore = datastore;
    }

    /** Makes all changes or none; durable when it returns. */
    void write(List<Change> changes) throws IOException {
        datastore.write(changes);
    }

    /** The change that keeps the permissions of a role. */
    static Change definition(Role role, Set<Permission> permissions) {
        List<String> names = new ArrayList<>();
        permissions.forEach(permission -> names.add(permission.name().toLowerCase(Locale.ROOT)));
        return new Change(bytes(ROLE + role), bytes(String.join(SEPARATOR, names)));
    }

    /** The change that keeps the role of a peer, or with null forgets it. */
    static Change assignment(PeerId peer, @Nullable Role role) {
        return new Change(bytes(PEER + peer), role == null ? null : bytes(role.name()));
    }

    /** @throws IOException if an entry cannot be read: to go on without it would let a peer in */
    void load(BiConsumer<Role, Set<Permission>> definitions, BiConsumer<PeerId, Role> assignments) throws IOException {
        scan(ROLE, (name, value) -> definitions.accept(new Role(name), permissions(value)));
        scan(PEER, (id, value) -> assignments.accept(PeerId.parse(id), new Role(value)));
    }

    private void scan(String prefix, BiConsumer<String, String> taker) throws IOException {
        try (Entries entries = datastore.scan(bytes(prefix))) {
            Entry entry;
            while ((entry = entries.next()) != null) {
                String key = new String(entry.key(), StandardCharsets.UTF_8);
                try {
                    taker.accept(key.substring(prefix.length()), new String(entry.value(), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException | IllegalStateException e) {
                    throw new IOException(
                            "the roles cannot be read, and no peer is let in without them: "
                                    + MalformedException.quote(key) + ": " + e.getMessage(),
                            e);
                }
            }
        }
    }

    private static Set<Permission> permissions(String text) {
        Set<Permission> permissions = EnumSet.noneOf(Permission.class);
        for (String name : text.isEmpty() ? new String[0] : text.split(SEPARATOR, -1)) {
            permissions.add(Permission.valueOf(name.toUpperCase(Locale.ROOT)));
        }
        return permissions;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
