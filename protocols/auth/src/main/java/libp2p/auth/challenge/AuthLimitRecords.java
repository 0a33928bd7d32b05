package libp2p.auth.challenge;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class AuthLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(ChallengeLimits.class);
    }
}
