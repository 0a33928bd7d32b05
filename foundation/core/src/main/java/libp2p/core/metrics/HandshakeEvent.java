package libp2p.core.metrics;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

@Name("libp2p.Handshake")
@Label("Handshake")
@Category("libp2p")
@Description("An address was dialed, or an inbound connection failed before it was ready")
@StackTrace(false)
final class HandshakeEvent extends Event {
    @Label("Direction")
    @Nullable
    String direction;

    @Label("Transport")
    @Nullable
    String transport;

    @Label("Time")
    @Description("From the start of the dial; 0 for inbound connections")
    @Timespan(Timespan.NANOSECONDS)
    long time;

    @Label("Succeeded")
    boolean succeeded;

    @Label("Cause")
    @Description("Why it failed")
    @Nullable
    String cause;
}
