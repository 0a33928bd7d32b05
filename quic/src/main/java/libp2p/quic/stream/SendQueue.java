package libp2p.quic.stream;

import java.util.ArrayDeque;
import java.util.List;

/** The streams that have something to send, by priority and within one in turn. */
final class SendQueue {
    static final int PRIORITIES = 3;

    private final List<ArrayDeque<QuicStream>> queues =
            List.of(new ArrayDeque<>(1), new ArrayDeque<>(4), new ArrayDeque<>(1));

    /** The streams of one priority; 0 goes first. */
    ArrayDeque<QuicStream> queue(int priority) {
        return queues.get(priority);
    }

    void add(QuicStream stream) {
        stream.isSendQueued = true;
        queues.get(stream.priority()).addLast(stream);
    }

    /** Whether a stream has something to send, given so much credit of the connection. Others leave the queue. */
    boolean wantsToSend(long credit) {
        for (int i = 0; i < PRIORITIES; i++) {
            ArrayDeque<QuicStream> queue = queues.get(i);
            if (credit == 0) {
                for (QuicStream stream : queue) { // what was lost needs no credit
                    if (stream.sending.wantsToSend(0)) {
                        return true;
                    }
                }
                continue;
            }
            QuicStream first;
            while ((first = queue.peekFirst()) != null) {
                if (first.sending.wantsToSend(credit)) {
                    return true;
                }
                queue.pollFirst(); // it waits for credit of its own, or has nothing
                first.isSendQueued = false;
            }
        }
        return false;
    }
}
