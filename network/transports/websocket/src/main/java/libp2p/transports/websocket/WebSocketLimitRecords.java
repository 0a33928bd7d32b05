package libp2p.transports.websocket;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class WebSocketLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(WebSocketLimits.class);
    }
}
