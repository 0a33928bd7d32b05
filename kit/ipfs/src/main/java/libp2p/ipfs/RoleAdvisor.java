package libp2p.ipfs;

import org.jspecify.annotations.Nullable;

/**
 * Tells which role a machine is fit for. Its advice changes only when a resource has changed by a quarter since it was
 * last considered, and a role is kept until a resource falls below three quarters of its budget, so that a peer does not go back
 * and forth. One thread at a time.
 */
public final class RoleAdvisor {
    private static final double CHANGE = 0.25;

    /**
     * The resources of a machine that a peer may use, or those that it uses.
     *
     * @param memoryBytes of memory
     * @param diskBytes of the disk
     * @param bitsPerSecond of its connection to the Internet
     * @param uptimeHours of the peer
     */
    public record Resources(long memoryBytes, long diskBytes, long bitsPerSecond, double uptimeHours) {
        private boolean reach(Role role, double share) {
            return memoryBytes >= share * role.memoryBytes()
                    && diskBytes >= share * role.diskBytes()
                    && bitsPerSecond >= share * role.bitsPerSecond()
                    && uptimeHours >= share * role.uptimeHours();
        }

        private boolean differFrom(Resources before) {
            return differ(before.memoryBytes, memoryBytes)
                    || differ(before.diskBytes, diskBytes)
                    || differ(before.bitsPerSecond, bitsPerSecond)
                    || differ(before.uptimeHours, uptimeHours);
        }

        private static boolean differ(double before, double now) {
            return Math.abs(now - before) >= CHANGE * Math.max(Math.abs(before), 1e-9);
        }
    }

    private @Nullable Resources considered;
    private Role role;

    /** @param role the one to begin with, which is kept while the machine is not clearly unfit for it */
    public RoleAdvisor(Role role) {
        this.role = role;
    }

    /** The role for the resources of now. */
    public Role advise(Resources now) {
        Resources before = considered;
        if (before == null || now.differFrom(before)) {
            considered = now;
            role = fit(now);
        }
        return role;
    }

    private Role fit(Resources now) {
        for (Role candidate : Role.values()) { // the most demanding first
            if (now.reach(candidate, candidate == role ? 1 - CHANGE : 1)) {
                return candidate;
            }
        }
        return Role.LEECHER;
    }
}
