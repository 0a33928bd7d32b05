package libp2p.protocols.identify;

import java.util.List;
import libp2p.core.limits.LimitRecords;
import libp2p.protocols.echo.EchoLimits;
import libp2p.protocols.fetch.FetchLimits;
import libp2p.protocols.files.FileExchangeLimits;
import libp2p.protocols.files.FileShareLimits;
import libp2p.protocols.perf.PerfLimits;
import libp2p.protocols.ping.PingLimits;
import libp2p.protocols.request.JsonRequestLimits;
import libp2p.protocols.request.RequestLimits;

/** The bounds of this module. */
public final class ProtocolLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(
                EchoLimits.class,
                FetchLimits.class,
                FileExchangeLimits.class,
                FileShareLimits.class,
                IdentifyLimits.class,
                PerfLimits.class,
                PingLimits.class,
                JsonRequestLimits.class,
                RequestLimits.class);
    }
}
