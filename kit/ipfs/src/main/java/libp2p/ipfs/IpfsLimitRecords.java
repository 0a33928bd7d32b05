package libp2p.ipfs;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class IpfsLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(AttestationLimits.class, ProviderLimits.class);
    }
}
