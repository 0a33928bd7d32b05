package libp2p.http.jetty;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection on which no request is answered, and no head of one is complete in time: the idle timeout of the
 * server alone would let a client hold a connection for ever by a byte now and then. The TLS handshake counts to the
 * time of the first head. Thread-safe.
 */
final class HeadDeadlines implements Connection.Listener {
    private final Scheduler scheduler;
    private final AtomicLong pending = new AtomicLong();
    private final AtomicLong turns = new AtomicLong();
    private final HttpServerLimits limits;
    private final Map<EndPoint, Head> heads = new ConcurrentHashMap<>();

    /** @param time from the start of a connection, or the end of the last answer on it, to the end of a head */
    HeadDeadlines(Scheduler scheduler, HttpServerLimits limits) {
        this.scheduler = scheduler;
        this.limits = limits;
    }

    @Override
    public void onOpened(Connection connection) {
        Head head = heads.computeIfAbsent(socket(connection), Head::new);
        head.await();
        if (heads.size() >= limits.connections()) {
            makeRoom(head);
        }
    }

    /** Where connections are as many as may be, the one goes that has been without a request for longest. */
    private void makeRoom(Head newcomer) {
        Head idle = null;
        for (Head other : heads.values()) {
            if (other != newcomer && other.idle < (idle == null ? Head.BUSY : idle.idle)) {
                idle = other;
            }
        }
        if (idle != null) {
            idle.dropIdle();
        }
    }

    @Override
    public void onClosed(Connection connection) {
        EndPoint socket = socket(connection);
        if (!socket.isOpen()) { // else another protocol goes on, as after TLS
            Head head = heads.remove(socket);
            if (head != null) {
                head.closed();
            }
        }
    }

    /** Bytes have come. Where the heads that are not complete are too long together, the longest goes. */
    void filled(EndPoint socket, int count) {
        Head head = heads.get(socket);
        if (head == null || count <= 0) {
            return;
        }
        head.filled(count);
        while (pending.get() > limits.incompleteHeadBytes()) {
            Head longest = head;
            for (Head other : heads.values()) {
                longest = other.bytes > longest.bytes ? other : longest;
            }
            if (!longest.drop()) {
                return;
            }
        }
    }

    /** The head of a request is complete; the next one is waited for when this is answered. */
    void complete(Request request) {
        Head head = heads.get(socket(request.getConnectionMetaData().getConnection()));
        if (head != null) {
            head.begun();
            Request.addCompletionListener(request, failure -> head.ended());
        }
    }

    private static EndPoint socket(Connection connection) {
        EndPoint endPoint = connection.getEndPoint();
        while (endPoint instanceof EndPoint.Wrapper wrapper) {
            endPoint = wrapper.unwrap();
        }
        return endPoint;
    }

    /** What is waited for on one connection. */
    private final class Head implements Runnable {
        static final long BUSY = Long.MAX_VALUE;

        private final EndPoint socket;
        /** Requests that are being answered. */
        private int requests;

        /** Those of a head that is not complete. */
        private volatile long bytes;

        /** Since which turn no request is answered. */
        private volatile long idle = BUSY;

        private Scheduler.@Nullable Task timer;

        Head(EndPoint socket) {
            this.socket = socket;
        }

        synchronized void await() {
            if (requests == 0 && timer == null) {
                idle = turns.incrementAndGet();
                timer = scheduler.schedule(this, limits.idle().toNanos(), TimeUnit.NANOSECONDS);
            }
        }

        synchronized void begun() {
            requests++;
            idle = BUSY;
            forget();
            cancel();
        }

        synchronized void filled(int count) {
            if (requests == 0) {
                bytes += count;
                pending.addAndGet(count);
            }
        }

        private void forget() {
            pending.addAndGet(-bytes);
            bytes = 0;
        }

        synchronized void closed() {
            forget();
            requests++; // nothing is counted or waited for any more
            idle = BUSY;
            cancel();
        }

        boolean drop() {
            synchronized (this) {
                if (bytes == 0) {
                    return false;
                }
                forget();
            }
            socket.close(new IOException("heads of other requests need the memory of this one"));
            return true;
        }

        void dropIdle() {
            synchronized (this) {
                if (requests > 0) {
                    return;
                }
                forget();
            }
            socket.close(new IOException("other clients need the place of a connection without a request"));
        }

        synchronized void ended() {
            requests--;
            await();
        }

        synchronized void cancel() {
            Scheduler.Task waiting = timer;
            if (waiting != null) {
                waiting.cancel();
                timer = null;
            }
        }

        @Override
        public void run() {
            synchronized (this) {
                if (requests > 0 || timer == null) {
                    return;
                }
            }
            socket.close(new TimeoutException("no request within " + limits.idle()));
        }
    }
}
