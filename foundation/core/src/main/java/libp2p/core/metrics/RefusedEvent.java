package libp2p.core.metrics;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("libp2p.Refused")
@Label("Refused")
@Category("libp2p")
@Description("A peer was refused by the gater, a limit or a full queue")
@StackTrace(false)
final class RefusedEvent extends Event {
    @Label("Where")
    @Nullable
    String where;

    @Label("Cause")
    @Nullable
    String cause;
}
