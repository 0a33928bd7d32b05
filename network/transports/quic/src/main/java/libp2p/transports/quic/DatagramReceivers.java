package libp2p.transports.quic;

import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.core.environment.DatagramBatch;
import libp2p.core.host.Registration;
import libp2p.core.host.UdpPort;
import libp2p.core.host.UdpPort.Receiver;
import org.jspecify.annotations.Nullable;

/**
 * The receivers of a port's datagrams that are not QUIC's, by their first byte, and those who hear of what is of no
 * connection. Thread-safe.
 */
final class DatagramReceivers {
    private static final System.Logger LOG = System.getLogger("libp2p.transports.quic");

    /** The least length of what opens a connection (RFC 9000, section 14.1). */
    private static final int FIRST_DATAGRAM = 1200;

    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicReferenceArray<@Nullable Receiver> byFirstByte = new AtomicReferenceArray<>(UdpPort.QUIC);
    private final List<Consumer<InetSocketAddress>> strays = new CopyOnWriteArrayList<>();

    Registration add(int from, int to, Receiver receiver) {
        if (from < 0 || from > to || to >= UdpPort.QUIC) {
            throw new IllegalArgumentException("first bytes " + from + " to " + to + " are not within 0 to 63");
        }
        lock.lock();
        try {
            for (int first = from; first <= to; first++) {
                if (byFirstByte.get(first) != null) {
                    throw new IllegalStateException("datagrams with first byte " + first + " are taken");
                }
            }
            for (int first = from; first <= to; first++) {
                byFirstByte.set(first, receiver);
            }
        } finally {
            lock.unlock();
        }
        return () -> remove(from, to, receiver);
    }

    private void remove(int from, int to, Receiver receiver) {
        for (int first = from; first <= to; first++) {
            byFirstByte.compareAndSet(first, receiver, null);
        }
    }

    /** Hands a datagram on; one that no receiver wants is dropped. */
    void deliver(DatagramBatch batch, int offset, int length) {
        InetSocketAddress sender = batch.remote();
        ByteBuffer buffer = batch.buffer();
        stray(length, sender);
        Receiver receiver = byFirstByte.get(buffer.get(offset));
        if (receiver != null) {
            try {
                receiver.received(buffer.slice(offset, length).asReadOnlyBuffer(), sender, batch.ownAddress());
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "a receiver of datagrams failed", e);
            }
        }
    }

    /**
     * Tells of datagrams that are of no connection and open none, such as those that punch holes. The listener must not
     * wait.
     */
    Registration onStray(Consumer<InetSocketAddress> listener) {
        strays.add(listener);
        return () -> strays.remove(listener);
    }

    /** A datagram came that is of no connection. */
    void stray(int length, InetSocketAddress sender) {
        if (length < FIRST_DATAGRAM && !strays.isEmpty()) {
            strays.forEach(listener -> listener.accept(sender));
        }
    }
}
