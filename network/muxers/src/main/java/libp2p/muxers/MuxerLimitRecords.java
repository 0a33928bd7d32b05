package libp2p.muxers;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class MuxerLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(MuxerLimits.class);
    }
}
