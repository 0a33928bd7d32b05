package libp2p.ipfs;

import org.jspecify.annotations.Nullable;

/**
 * Tells which role a machine is fit for. Its advice changes only when a resource has changed by a quarter since the
 * last change, so that a peer does not go back and forth. One thread at a time.
 */
public final class RoleAdvisor {
    private static final double CHANGE = 0.25;

    /**
     * The resources of a machine that a peer may use.
     *
     * @param memoryBytes that the peer may use
     * @param diskBytes that the peer may use
     * @param bitsPerSecond of its connection to the Internet
     * @param uptimeHours of the peer
     */
    public record Resources(long memoryBytes, long diskBytes, long bitsPerSecond, double uptimeHours) {}

    private @Nullable Resources decided;
    private Role role = Role.LEECHER;

    /** The role for the resources of now. */
    public Role advise(Resources now) {
        Resources before = decided;
        if (before == null || changed(before, now)) {
            decided = now;
            role = fit(now);
        }
        return role;
    }

    private static boolean changed(Resources before, Resources now) {
        return differ(before.memoryBytes(), now.memoryBytes())
                || differ(before.diskBytes(), now.diskBytes())
                || differ(before.bitsPerSecond(), now.bitsPerSecond())
                || differ(before.uptimeHours(), now.uptimeHours());
    }

    private static boolean differ(double before, double now) {
        return Math.abs(now - before) >= CHANGE * Math.max(Math.abs(before), 1e-9);
    }

    private static Role fit(Resources now) {
        for (Role candidate : Role.values()) { // the most demanding first
            if (now.memoryBytes() >= candidate.memoryBytes()
                    && now.diskBytes() >= candidate.diskBytes()
                    && now.bitsPerSecond() >= candidate.bitsPerSecond()
                    && now.uptimeHours() >= candidate.uptimeHours()) {
                return candidate;
            }
        }
        return Role.LEECHER;
    }
}
