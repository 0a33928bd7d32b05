package libp2p.pubsub;

import java.util.List;
import libp2p.core.limits.LimitRecords;
import libp2p.pubsub.rpc.PubSubLimits;

/** The bounds of this module. */
public final class PubSubLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(PubSubLimits.class);
    }
}
