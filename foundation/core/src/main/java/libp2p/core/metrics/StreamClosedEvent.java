package libp2p.core.metrics;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("libp2p.StreamClosed")
@Label("Stream Closed")
@Category("libp2p")
@Description("A stream has ended both ways")
@StackTrace(false)
final class StreamClosedEvent extends Event {
    @Label("Connection")
    long connection;

    @Label("Stream")
    long stream;

    @Label("Protocol")
    @Nullable
    String protocol;
}
