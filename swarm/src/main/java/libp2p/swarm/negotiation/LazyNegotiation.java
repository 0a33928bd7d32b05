package libp2p.swarm.negotiation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.StreamResetException;
import libp2p.core.muxer.MuxedStream;
import org.jspecify.annotations.Nullable;

/**
 * The dialer's half of a negotiation that costs no round trip: the proposal travels with the first payload, and the answer
 * is read before the first payload of the remote. Writer and reader may come from different threads.
 */
public final class LazyNegotiation {
    private final Multistream multistream;
    private final MuxedStream stream;
    private final String protocol;
    private final ReentrantLock sending = new ReentrantLock();
    private final ReentrantLock receiving = new ReentrantLock();
    private final ReplayingChannel received;
    private volatile boolean sent;
    private volatile boolean confirmed;
    private @Nullable IOException refusal;

    public LazyNegotiation(Multistream multistream, MuxedStream stream, String protocol) {
        this.multistream = multistream;
        this.stream = stream;
        this.protocol = protocol;
        this.received = new ReplayingChannel(NegotiationChannel.of(stream));
    }

    /** Whether nothing is left to do. */
    public boolean done() {
        return confirmed;
    }

    /** Whether the proposal is on its way. */
    public boolean sent() {
        return sent;
    }

    /** Sends the proposal, if that has not happened, in one write with the payload; consumes the payload. */
    public void send(ByteBuffer payload) throws IOException {
        if (!sent) {
            sending.lock();
            try {
                if (!sent) {
                    byte[] proposal = Multistream.proposal(protocol);
                    int inline = Math.min(payload.remaining(), 1024);
                    ByteBuffer first =
                            ByteBuffer.allocate(proposal.length + inline).put(proposal);
                    first.put(payload.slice(payload.position(), inline)).flip();
                    stream.write(first);
                    payload.position(payload.position() + inline);
                    sent = true;
                }
            } finally {
                sending.unlock();
            }
        }
        if (payload.hasRemaining()) {
            stream.write(payload);
        }
    }

    /**
     * Waits for the answer, sending the proposal first if need be.
     *
     * @throws NegotiationException if the remote refused; every later call throws it again
     */
    public void confirm() throws IOException {
        if (confirmed) {
            return;
        }
        send(ByteBuffer.allocate(0));
        receiving.lock();
        try {
            if (refusal != null) {
                throw refusal;
            }
            if (!confirmed) {
                received.restart();
                multistream.confirm(received, protocol);
                confirmed = true;
            }
        } catch (NegotiationException | ProtocolViolationException e) {
            refusal = e;
            throw e;
        } catch (StreamResetException e) {
            if (e.code() != ErrorCode.STREAM_PROTOCOL_NEGOTIATION_FAILED) {
                throw e;
            }
            refusal = new NegotiationException("the remote peer does not speak the protocol", List.of(protocol));
            throw refusal;
        } finally {
            receiving.unlock();
        }
    }
}
