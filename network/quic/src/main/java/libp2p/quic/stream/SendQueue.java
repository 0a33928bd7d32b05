package libp2p.quic.stream;

import java.util.ArrayDeque;

/** The streams that have something to send, by priority and within one in turn. */
final class SendQueue {
    static final int PRIORITIES = 3;

    private final ArrayDeque<QuicStream> high = new ArrayDeque<>(1);
    private final ArrayDeque<QuicStream> normal = new ArrayDeque<>(4);
    private final ArrayDeque<QuicStream> low = new ArrayDeque<>(1);

    /** The streams of one priority; 0 goes first. */
    ArrayDeque<QuicStream> queue(int priority) {
        return priority == 0 ? high : priority == 1 ? normal : low;
    }

    void add(QuicStream stream) {
        stream.isSendQueued = true;
        queue(stream.priority()).addLast(stream);
    }

    /** Whether a stream has something to send, given so much credit of the connection. Others leave the queue. */
    boolean wantsToSend(long credit) {
        return wantsToSend(high, credit) || wantsToSend(normal, credit) || wantsToSend(low, credit);
    }

    private static boolean wantsToSend(ArrayDeque<QuicStream> queue, long credit) {
        if (queue.isEmpty()) {
            return false;
        }
        if (credit == 0) {
            for (QuicStream stream : queue) { // what was lost needs no credit
                if (stream.sending.wantsToSend(0)) {
                    return true;
                }
            }
            return false;
        }
        QuicStream first;
        while ((first = queue.peekFirst()) != null) {
            if (first.sending.wantsToSend(credit)) {
                return true;
            }
            queue.pollFirst(); // it waits for credit of its own, or has nothing
            first.isSendQueued = false;
        }
        return false;
    }
}
