package libp2p.transports.quic;

import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import libp2p.core.environment.DatagramBatch;
import libp2p.core.host.Registration;
import libp2p.core.host.UdpPort;
import libp2p.core.host.UdpPort.Receiver;

/**
 * The receivers of a port's datagrams that are not QUIC's, by their first byte, and those who hear of what is of no
 * connection. Thread-safe, without a lock: the loops of a port hand on what they read at the same time.
 */
final class DatagramReceivers {
    private static final System.Logger LOG = System.getLogger("libp2p.transports.quic");

    /** The least length of what opens a connection (RFC 9000, section 14.1). */
    private static final int FIRST_DATAGRAM = 1200;

    private static final Receiver[] NONE = {};

    private final AtomicReferenceArray<Receiver[]> byFirstByte = new AtomicReferenceArray<>(UdpPort.QUIC);
    private final List<Consumer<InetSocketAddress>> strays = new CopyOnWriteArrayList<>();

    DatagramReceivers() {
        for (int first = 0; first < UdpPort.QUIC; first++) {
            byFirstByte.set(first, NONE);
        }
    }

    Registration add(int from, int to, Receiver receiver) {
        if (from < 0 || from > to || to >= UdpPort.QUIC) {
            throw new IllegalArgumentException("first bytes " + from + " to " + to + " are not within 0 to 63");
        }
        for (int first = from; first <= to; first++) {
            byFirstByte.updateAndGet(first, before -> with(before, receiver));
        }
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                for (int first = from; first <= to; first++) {
                    byFirstByte.updateAndGet(first, before -> without(before, receiver));
                }
            }
        };
    }

    private static Receiver[] with(Receiver[] before, Receiver receiver) {
        Receiver[] after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = receiver;
        return after;
    }

    private static Receiver[] without(Receiver[] before, Receiver receiver) {
        List<Receiver> left = new ArrayList<>(Arrays.asList(before));
        left.remove(receiver);
        return left.toArray(NONE);
    }

    /** Hands a datagram on; one that no receiver wants is dropped. By any of the event loops. */
    void deliver(DatagramBatch batch, int offset, int length) {
        stray(length, batch.remote());
        for (Receiver receiver : byFirstByte.get(batch.buffer().get(offset))) {
            try {
                if (receiver.received(batch, offset, length)) {
                    return;
                }
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "a receiver of datagrams failed", e);
                return;
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
