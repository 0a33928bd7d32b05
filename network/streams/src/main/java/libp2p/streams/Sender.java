package libp2p.streams;

import java.io.IOException;
import libp2p.core.connection.StreamPriority;
import org.jspecify.annotations.Nullable;

/**
 * Something that has frames to send, a stream for example; it stands in the {@link SendQueue} until the writer serves
 * it.
 */
public abstract class Sender {
    /** Places in the queues of the send queue, which guards them. */
    @Nullable
    Sender nextControl;

    @Nullable
    Sender nextData;

    boolean inControl;
    boolean inData;

    /** Read when the sender is queued. */
    volatile StreamPriority priority = StreamPriority.NORMAL;

    /**
     * Writes the control frames that wait and, if it is the turn of data, one frame of it. Called by the thread that
     * serves the send queue, without locks; may block while the socket does.
     *
     * @return whether there is more data that can be sent at once
     */
    protected abstract boolean send(RecordWriter out, boolean data) throws IOException;
}
