package libp2p.application.event;

import java.util.List;
import libp2p.application.channel.SecureChannelLimits;
import libp2p.application.state.PeerStateLimits;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class ApplicationLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(EventDrivenLimits.class, PeerStateLimits.class, SecureChannelLimits.class);
    }
}
