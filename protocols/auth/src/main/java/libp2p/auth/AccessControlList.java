package libp2p.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.datastore.Datastore.Change;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.Registration;
import libp2p.core.host.StreamHandler;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * Access by role: peers have roles, and roles have permissions. Handlers that need a permission are {@linkplain #secure
 * secured}; a peer without it reads {@value #DENIED}, without a newline, and then the end of the stream. A peer that was assigned
 * no role is a {@link Role#GUEST}.
 *
 * <pre>{@code
 * AccessControlList roles = new AccessControlList();
 * Host host = Libp2p.host().with(roles).dataDirectory(folder).start();
 * host.handle("/secure-data/1.0.0", roles.secure(Permission.WRITE, stream -> …));
 * roles.assignRole(friend, Role.MODERATOR);
 * }</pre>
 *
 * <p>What changes holds at once: open streams of secured handlers whose peer lacks the permission now are reset, and
 * {@linkplain #onChange listeners} are told. The roles are kept in the data directory of the host, if it has one;
 * changes block for the disk and are durable on return. If one could not be written, an {@link UncheckedIOException} tells,
 * and it is written with the next. Thread-safe; a service of one host, which reads the roles when it starts.
 */
public final class AccessControlList implements HostService {
    /** What a peer without the permission reads. */
    public static final String DENIED = "ACCESS_DENIED";

    /** Peers that have a role other than guest, at most. */
    public static final int MAXIMUM = 100_000;

    /** Roles, at most. */
    public static final int ROLES = 1_000;

    /** The name of the part of the host's datastore. */
    private static final String NAMESPACE = "roles";
    /** Changes that are written at once. */
    private static final int BATCH = 1_000;

    /** Changes that wait for a disk which cannot be written, or for a host. */
    private static final int UNWRITTEN = 4 * MAXIMUM;

    /** What is on its way to the disk: a role with its permissions, or a peer with its role or null. */
    private sealed interface Kept {
        /** A role. */
        record Definition(Role role) implements Kept {}

        /** A peer. */
        record Assignment(PeerId peer) implements Kept {}
    }

    private final ReentrantLock writing = new ReentrantLock(); // held for the disk
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Role, Set<Permission>> permissions = new HashMap<>();
    private final Map<PeerId, Role> roles = new HashMap<>();
    /** What is not on the disk, with the number of the change. */
    private final Map<Kept, Long> unwritten = new LinkedHashMap<>();

    private long changes;
    private final SecuredStreams streams = new SecuredStreams();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable StoredRoles stored;
    private volatile boolean started;

    /** The roles admin, moderator, user and guest, and no peer that has one. */
    public AccessControlList() {
        permissions.put(Role.ADMIN, EnumSet.allOf(Permission.class));
        permissions.put(Role.MODERATOR, EnumSet.of(Permission.READ, Permission.WRITE, Permission.DELETE));
        permissions.put(Role.USER, EnumSet.of(Permission.READ, Permission.WRITE));
        permissions.put(Role.GUEST, EnumSet.of(Permission.READ));
    }

    /**
     * Gives a peer a role in the place of the one that it has; {@link Role#GUEST} takes it away. Blocks for the disk.
     *
     * @throws IllegalArgumentException if there is no such role
     * @throws IllegalStateException if too many peers have one
     */
    public void assignRole(PeerId peer, Role role) {
        lock.lock();
        try {
            if (!permissions.containsKey(role)) {
                throw new IllegalArgumentException("there is no role " + role);
            }
            boolean guest = role.equals(Role.GUEST);
            if (!guest && roles.size() >= MAXIMUM && !roles.containsKey(peer)) {
                throw new IllegalStateException(MAXIMUM + " peers have roles already");
            }
            if (!role.equals(role(peer))) {
                note(new Kept.Assignment(peer));
                if (guest) {
                    roles.remove(peer);
                } else {
                    roles.put(peer, role);
                }
            }
        } finally {
            lock.unlock();
        }
        changed();
    }

    /**
     * Makes a role, or gives one other permissions. Blocks for the disk.
     *
     * @throws IllegalStateException if there are too many roles
     */
    public void define(Role role, Set<Permission> allowed) {
        lock.lock();
        try {
            if (permissions.size() >= ROLES && !permissions.containsKey(role)) {
                throw new IllegalStateException("there are " + ROLES + " roles already");
            }
            note(new Kept.Definition(role));
            permissions.put(role, copy(allowed));
        } finally {
            lock.unlock();
        }
        changed();
    }

    /** Under the lock. */
    private void note(Kept kept) {
        if (unwritten.size() >= UNWRITTEN && !unwritten.containsKey(kept)) {
            throw new IllegalStateException(UNWRITTEN + " changes of roles wait for the disk already");
        }
        unwritten.put(kept, ++changes);
    }

    private static Set<Permission> copy(Set<Permission> allowed) {
        return allowed.isEmpty() ? EnumSet.noneOf(Permission.class) : EnumSet.copyOf(allowed);
    }

    /** The role of a peer. */
    public Role role(PeerId peer) {
        lock.lock();
        try {
            return roles.getOrDefault(peer, Role.GUEST);
        } finally {
            lock.unlock();
        }
    }

    /** The peers that have a role other than guest, with it, sorted; a copy. */
    public SortedMap<PeerId, Role> assignedRoles() {
        lock.lock();
        try {
            return new TreeMap<>(roles);
        } finally {
            lock.unlock();
        }
    }

    /** What a role allows, a copy; nothing if there is no such role. */
    public Set<Permission> permissions(Role role) {
        lock.lock();
        try {
            return copy(permissions.getOrDefault(role, Set.of()));
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is such a role. */
    public boolean isDefined(Role role) {
        lock.lock();
        try {
            return permissions.containsKey(role);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the role of a peer has a permission now. */
    public boolean hasPermission(PeerId peer, Permission permission) {
        lock.lock();
        try {
            return permissions.getOrDefault(role(peer), Set.of()).contains(permission);
        } finally {
            lock.unlock();
        }
    }

    /**
     * A handler that serves peers with a permission only, and tells the others that they lack it. A stream is reset when its peer loses the
     * permission, also one that the handler has detached.
     *
     * @throws IllegalStateException by the handler that is returned, for a stream of a host that has not this service
     */
    public StreamHandler secure(Permission needed, StreamHandler handler) {
        return stream -> {
            if (!started) {
                throw new IllegalStateException("the access control list is not a service of this host");
            }
            streams.add(
                    stream, needed); // before the look at the role: a change finds the stream, or the stream the change
            if (hasPermission(stream.connection().remotePeer(), needed)) {
                handler.handle(stream);
            } else {
                stream.writeTimeout(AccessLimits.DEFAULT.denial());
                stream.writeLast(DENIED.getBytes(US_ASCII));
            }
        };
    }

    /** The peers of a role, for a {@link Rule}. {@link #onChange} has its list of rules rechecked. */
    public Subject holders(Role role) {
        return new RoleSubject(role, this::role);
    }

    /** The peers whose role has a permission, for a {@link Rule}. */
    public Subject permitted(Permission permission) {
        return connection -> hasPermission(connection.remotePeer(), permission);
    }

    /** Runs an action after each change, on the thread of the caller, without locks, such as {@code rules::recheck}. */
    public Registration onChange(Runnable action) {
        listeners.add(action);
        return () -> listeners.remove(action);
    }

    private void changed() {
        for (SecuredStreams.Secured each : streams.open()) {
            if (!hasPermission(each.stream().connection().remotePeer(), each.permission())) {
                each.stream().reset(ErrorCode.STREAM_GATED);
            }
        }
        listeners.forEach(Runnable::run);
        try {
            keep();
        } catch (IOException e) {
            throw new UncheckedIOException("the roles hold, but cannot be kept now: " + e.getMessage(), e);
        }
    }

    /** Writes what is not on the disk. */
    private void keep() throws IOException {
        StoredRoles target = stored;
        if (target == null) {
            return;
        }
        writing.lock();
        try {
            Map<Kept, Long> batch;
            while (!(batch = batch()).isEmpty()) {
                List<Change> entries = new ArrayList<>();
                batch.keySet().forEach(kept -> entries.add(change(kept)));
                target.write(entries);
                written(batch);
            }
        } finally {
            writing.unlock();
        }
    }

    private Map<Kept, Long> batch() {
        Map<Kept, Long> batch = new LinkedHashMap<>();
        lock.lock();
        try {
            unwritten.entrySet().stream().limit(BATCH).forEach(each -> batch.put(each.getKey(), each.getValue()));
        } finally {
            lock.unlock();
        }
        return batch;
    }

    /** The state now, which is that of the change or a later one. */
    private Change change(Kept kept) {
        return switch (kept) {
            case Kept.Definition(Role role) -> StoredRoles.definition(role, permissions(role));
            case Kept.Assignment(PeerId peer) -> {
                Role role = role(peer);
                yield StoredRoles.assignment(peer, role.equals(Role.GUEST) ? null : role);
            }
        };
    }

    private void written(Map<Kept, Long> batch) {
        lock.lock();
        try {
            batch.forEach(unwritten::remove); // unless it has changed again
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads the roles that are kept; those that were assigned before the start replace them.
     *
     * @throws UncheckedIOException if they cannot be read or kept: the host does not start, since a peer might get in without them
     */
    @Override
    public void start(Host host) {
        StoredRoles kept = new StoredRoles(host.datastore(NAMESPACE));
        try {
            Map<Role, Set<Permission>> keptPermissions = new HashMap<>();
            Map<PeerId, Role> keptRoles = new HashMap<>();
            kept.load(keptPermissions::put, keptRoles::put);
            add(keptPermissions, keptRoles);
            stored = kept;
            keep();
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
        }
        started = true;
    }

    private void add(Map<Role, Set<Permission>> keptPermissions, Map<PeerId, Role> keptRoles) throws IOException {
        lock.lock();
        try {
            keptPermissions.keySet().removeIf(role -> unwritten.containsKey(new Kept.Definition(role)));
            permissions.putAll(keptPermissions);
            keptRoles.keySet().removeIf(peer -> unwritten.containsKey(new Kept.Assignment(peer)));
            for (Role role : keptRoles.values()) {
                if (!permissions.containsKey(role)) {
                    throw new IOException("the role " + role + " that peers have is not kept");
                }
            }
            roles.putAll(keptRoles);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void connectionClosed(Connection connection) {
        streams.ended(connection);
    }

    /** Streams of secured handlers that are remembered now: at most twice as many as are open, and 16 of each connection. */
    public int rememberedStreams() {
        return streams.size();
    }

    @Override
    public void close() {
        started = false;
        stored = null;
    }
}
