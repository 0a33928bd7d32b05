package libp2p.filecoin;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class FilecoinLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(FilecoinLimits.class);
    }
}
