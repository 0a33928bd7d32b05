package libp2p.core.metrics;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

@Name("libp2p.ConnectionOpened")
@Label("Connection Opened")
@Category("libp2p")
@Description("A connection is ready for streams")
@StackTrace(false)
final class ConnectionOpenedEvent extends Event {
    @Label("Connection")
    long connection;

    @Label("Peer")
    @Nullable
    String peer;

    @Label("Remote Address")
    @Nullable
    String remoteAddress;

    @Label("Direction")
    @Nullable
    String direction;

    @Label("Transport")
    @Nullable
    String transport;

    @Label("Security")
    @Nullable
    String security;

    @Label("Muxer")
    @Nullable
    String muxer;

    @Label("Handshake")
    @Timespan(Timespan.NANOSECONDS)
    long handshake;
}
