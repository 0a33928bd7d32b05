package libp2p.core.host;

import java.time.Duration;
import libp2p.core.security.SecurityRequest.Role;
import org.jspecify.annotations.Nullable;

/**
 * How to dial. Callers share a dial when force-direct, role and addresses agree.
 *
 * @param forceDirect make a direct connection even if there is a limited one
 * @param noDial use only connections that are there
 * @param allowLimited be content with a limited connection
 * @param ignoreBackoff try addresses that failed a moment ago
 * @param timeout for all of it, or null for the default of the host
 * @param role security role; the responder role is only for hole punching
 * @param reason shown in errors and logs
 */
public record DialOptions(
        boolean forceDirect,
        boolean noDial,
        boolean allowLimited,
        boolean ignoreBackoff,
        @Nullable Duration timeout,
        Role role,
        String reason) {
    public static final DialOptions DEFAULT =
            new DialOptions(false, false, false, false, null, Role.INITIATOR, "application");

    public DialOptions withForceDirect() {
        return new DialOptions(true, noDial, allowLimited, ignoreBackoff, timeout, role, reason);
    }

    public DialOptions withNoDial() {
        return new DialOptions(forceDirect, true, allowLimited, ignoreBackoff, timeout, role, reason);
    }

    public DialOptions withAllowLimited() {
        return new DialOptions(forceDirect, noDial, true, ignoreBackoff, timeout, role, reason);
    }

    public DialOptions withIgnoreBackoff() {
        return new DialOptions(forceDirect, noDial, allowLimited, true, timeout, role, reason);
    }

    public DialOptions withTimeout(Duration value) {
        return new DialOptions(forceDirect, noDial, allowLimited, ignoreBackoff, value, role, reason);
    }

    public DialOptions withRole(Role value) {
        return new DialOptions(forceDirect, noDial, allowLimited, ignoreBackoff, timeout, value, reason);
    }

    public DialOptions withReason(String value) {
        return new DialOptions(forceDirect, noDial, allowLimited, ignoreBackoff, timeout, role, value);
    }
}
