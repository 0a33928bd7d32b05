package libp2p.core.host;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.core.transport.DialRequest.Purpose;
import org.jspecify.annotations.Nullable;

/**
 * Options of a dial; immutable. Callers share a dial when all but allow-limited, deadline and reason agree: addresses
 * that one of them names are added to the dial that runs.
 */
public final class DialOptions {
    /**
     * The defaults: any open connection, else a dial of all that is known, with routing, within the host's
     * time.
     */
    public static final DialOptions DEFAULT =
            new DialOptions(Set.of(), Deadline.NONE, null, Role.INITIATOR, Purpose.NORMAL, "application");

    private enum Flag {
        FORCE_DIRECT,
        AWAIT_DIRECT,
        ALLOW_LIMITED,
        NO_DIAL,
        NEW_CONNECTION,
        EXACT_ADDRESSES,
        IGNORE_BACKOFF,
        NO_ROUTING
    }

    private final Set<Flag> flags;
    private final Deadline deadline;
    private final @Nullable Duration timeout;
    private final Role role;
    private final Purpose purpose;
    private final String reason;

    private DialOptions(
            Set<Flag> flags, Deadline deadline, @Nullable Duration timeout, Role role, Purpose purpose, String reason) {
        this.flags = flags;
        this.deadline = deadline;
        this.timeout = timeout;
        this.role = role;
        this.purpose = purpose;
        this.reason = reason;
    }

    /**
     * One half of a hole punch (libp2p specification, relay/DCUtR): a direct connection, made at once at every address
     * without the delays of the ranking, without routing, and although the addresses failed a moment ago. Over UDP the
     * responder sends packets that open the way and waits for the other's connection.
     *
     * @param role security role, which the two halves have agreed on
     */
    public static DialOptions holePunch(Role role) {
        return DEFAULT.with(Flag.FORCE_DIRECT)
                .with(Flag.IGNORE_BACKOFF)
                .with(Flag.NO_ROUTING)
                .withRole(role)
                .withPurpose(Purpose.HOLE_PUNCH)
                .withReason("hole punch");
    }

    private DialOptions with(Flag flag) {
        Set<Flag> more = EnumSet.of(flag);
        more.addAll(flags);
        return new DialOptions(Collections.unmodifiableSet(more), deadline, timeout, role, purpose, reason);
    }

    /** Makes a direct connection even if there is one through a relay; addresses of relays are not dialed. */
    public DialOptions withForceDirect() {
        return with(Flag.FORCE_DIRECT);
    }

    /** Whether only a connection that does not lead through a relay will do. */
    public boolean forceDirect() {
        return flags.contains(Flag.FORCE_DIRECT);
    }

    /**
     * Waits, where there is only a limited connection or only one can be made, until another comes: hole punching is
     * about to make it. Without this option the direct addresses are dialed, and when none works {@code open} throws
     * {@link libp2p.core.connection.LimitedConnectionException}.
     */
    public DialOptions withAwaitDirect() {
        return with(Flag.AWAIT_DIRECT);
    }

    /** Whether to wait for a connection that is not limited. */
    public boolean awaitDirect() {
        return flags.contains(Flag.AWAIT_DIRECT);
    }

    /** Is content with a limited connection. */
    public DialOptions withAllowLimited() {
        return with(Flag.ALLOW_LIMITED);
    }

    /** Whether a limited connection will do. */
    public boolean allowLimited() {
        return flags.contains(Flag.ALLOW_LIMITED);
    }

    /** Uses only open connections. */
    public DialOptions withNoDial() {
        return with(Flag.NO_DIAL);
    }

    /** Whether nothing may be dialed. */
    public boolean noDial() {
        return flags.contains(Flag.NO_DIAL);
    }

    /** Makes a connection although there may be one. */
    public DialOptions withNewConnection() {
        return with(Flag.NEW_CONNECTION);
    }

    /** Whether connections that are there do not count. */
    public boolean newConnection() {
        return flags.contains(Flag.NEW_CONNECTION);
    }

    /** Dials exactly the addresses that the caller names: none that the peerstore or routing knows. */
    public DialOptions withExactAddresses() {
        return with(Flag.EXACT_ADDRESSES).with(Flag.NO_ROUTING);
    }

    /** Whether no other addresses than those of the caller are dialed. */
    public boolean exactAddresses() {
        return flags.contains(Flag.EXACT_ADDRESSES);
    }

    /** Tries addresses that failed a moment ago, and a peer that is left alone because it failed too often. */
    public DialOptions withIgnoreBackoff() {
        return with(Flag.IGNORE_BACKOFF);
    }

    /** Whether what failed before is tried nevertheless. */
    public boolean ignoreBackoff() {
        return flags.contains(Flag.IGNORE_BACKOFF);
    }

    /** Asks no routing for addresses: for routing itself, which dials through its own host. */
    public DialOptions withoutRouting() {
        return with(Flag.NO_ROUTING);
    }

    /** Whether routing is asked when no address is known, or none of them works. */
    public boolean usesRouting() {
        return !flags.contains(Flag.NO_ROUTING);
    }

    /** Ends the caller's wait at a moment; the earlier of deadline and timeout counts. */
    public DialOptions withDeadline(Deadline value) {
        return new DialOptions(flags, value, timeout, role, purpose, reason);
    }

    /** Ends the caller's wait so long after the call that gets these options. */
    public DialOptions withTimeout(Duration value) {
        return new DialOptions(flags, deadline, value, role, purpose, reason);
    }

    /**
     * When the wait of a call that begins now ends.
     *
     * @param otherwise what the host allows when the caller has set neither deadline nor timeout
     */
    public Deadline until(Environment environment, Duration otherwise) {
        if (timeout != null) {
            return deadline.earlier(Deadline.after(environment, timeout));
        }
        return deadline.isFinite() ? deadline : Deadline.after(environment, otherwise);
    }

    /** The security role; the responder role is only for hole punching. */
    public DialOptions withRole(Role value) {
        return new DialOptions(flags, deadline, timeout, value, purpose, reason);
    }

    /** The role in the security handshake. */
    public Role role() {
        return role;
    }

    private DialOptions withPurpose(Purpose value) {
        return new DialOptions(flags, deadline, timeout, role, value, reason);
    }

    /** Why the connection is made. */
    public Purpose purpose() {
        return purpose;
    }

    /** The text for errors and logs. */
    public DialOptions withReason(String value) {
        return new DialOptions(flags, deadline, timeout, role, purpose, value);
    }

    /** The purpose as a word for logs and events. */
    public String reason() {
        return reason;
    }

    @Override
    public String toString() {
        return "dial for " + reason + " " + flags + " as " + role;
    }
}
