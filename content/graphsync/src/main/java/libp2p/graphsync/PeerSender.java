package libp2p.graphsync;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import libp2p.blocks.SendingRate;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.protobuf.Delimited;
import libp2p.ipld.Block;
import org.jspecify.annotations.Nullable;

/**
 * Messages to one peer, one after the other over one stream, whose window holds the callers back. A stream that was
 * silent for a while is replaced, since the peer may have ended it. Thread-safe.
 */
final class PeerSender {
    private final Host host;
    private final GraphSyncLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final DialOptions options;
    private PeerAddress peer;
    private @Nullable Stream stream;
    private Deadline fresh = Deadline.NONE;

    PeerSender(Host host, PeerAddress peer, GraphSyncLimits limits, boolean mayDial) {
        this.host = host;
        this.peer = peer;
        this.limits = limits;
        DialOptions plain = DialOptions.DEFAULT.withReason("graphsync");
        options = mayDial ? plain : plain.withNoDial();
    }

    /** Sets the addresses at which the peer can be reached, if it is not connected. */
    void address(PeerAddress known) {
        lock.lock();
        try {
            if (!known.addresses().isEmpty()) {
                peer = known;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends a message; blocks while the peer does not read. */
    void send(GraphSyncMessage message) throws IOException {
        send(message, () -> true);
    }

    /**
     * Sends a message when its turn has come, if it is still wanted then; blocks while the peer does not read.
     *
     * @return whether it was wanted
     */
    boolean send(GraphSyncMessage message, BooleanSupplier wanted) throws IOException {
        SendingRate rate = message.blocks().isEmpty()
                ? null
                : host.find(SendingRate.Shared.class)
                        .map(SendingRate.Shared::rate)
                        .orElse(null);
        if (rate != null) {
            rate.await();
        }
        boolean sent = sendNow(message, wanted);
        if (rate != null && sent) {
            rate.sent(message.blocks().stream().mapToLong(Block::size).sum());
        }
        return sent;
    }

    private boolean sendNow(GraphSyncMessage message, BooleanSupplier wanted) throws IOException {
        byte[] frame = Delimited.frame(MessageCodec.encode(message));
        lock.lock();
        try {
            if (!wanted.getAsBoolean()) {
                return false;
            }
            Stream open = stream;
            if (open != null && fresh.passed(host.environment())) {
                open.close();
                open = null;
            }
            boolean used = open != null;
            try {
                write(open == null ? open() : open, frame);
            } catch (IOException e) { // the peer may have ended the stream long ago: once more over a new one
                if (!used || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                drop();
                write(open(), frame);
            }
            fresh = Deadline.after(host.environment(), limits.streamIdle());
            return true;
        } catch (IOException | RuntimeException e) {
            drop();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private Stream open() throws IOException {
        Stream opened = host.open(peer, options, GraphSyncMessage.PROTOCOL);
        opened.writeTimeout(limits.sendTimeout());
        stream = opened;
        return opened;
    }

    private static void write(Stream to, byte[] frame) throws IOException {
        to.write(frame);
    }

    private void drop() {
        if (stream != null) {
            stream.reset(ErrorCode.NONE);
            stream = null;
        }
    }

    /** Nothing is left to be said for now: ends the stream. */
    void rest() {
        lock.lock();
        try {
            if (stream != null) {
                stream.close();
                stream = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
