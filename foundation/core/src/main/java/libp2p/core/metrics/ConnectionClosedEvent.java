package libp2p.core.metrics;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("libp2p.ConnectionClosed")
@Label("Connection Closed")
@Category("libp2p")
@Description("A connection has ended")
@StackTrace(false)
final class ConnectionClosedEvent extends Event {
    @Label("Connection")
    long connection;

    @Label("Peer")
    @Nullable
    String peer;

    @Label("Code")
    @Description("0 for an orderly end")
    long code;

    @Label("Remote")
    @Description("Whether the remote peer ended it")
    boolean remote;

    @Label("Reason")
    @Nullable
    String reason;
}
