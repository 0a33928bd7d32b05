package libp2p.core.metrics;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("libp2p.StreamOpened")
@Label("Stream Opened")
@Category("libp2p")
@Description("A stream has agreed on its protocol")
@StackTrace(false)
final class StreamOpenedEvent extends Event {
    @Label("Connection")
    long connection;

    @Label("Stream")
    long stream;

    @Label("Peer")
    @Nullable
    String peer;

    @Label("Direction")
    @Nullable
    String direction;

    @Label("Protocol")
    @Nullable
    String protocol;
}
