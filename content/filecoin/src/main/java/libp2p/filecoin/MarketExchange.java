package libp2p.filecoin;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.function.Function;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Reservation;
import libp2p.ipld.codec.Footprint;
import libp2p.multiformats.MalformedException;

/**
 * A question and its answer, each one item of CBOR without a length, on a stream of their own. The side that asks does
 * not end its half before it has the answer, as boost does not.
 */
final class MarketExchange {
    /** Answers a question. */
    interface Answerer<Q> {
        /** The answer; may block. */
        byte[] answer(PeerId peer, Q question) throws IOException;
    }

    private static final int BUFFER = 1024;
    /** Copies of a message that are there while it is read, beside its values. */
    private static final int COPIES = 3;

    private MarketExchange() {}

    static <Q> Registration serve(
            Host host, String protocol, FilecoinLimits limits, Function<byte[], Q> question, Answerer<Q> answerer) {
        return host.handle(protocol, stream -> {
            stream.readDeadline(Deadline.after(host.environment(), limits.exchange()));
            Q asked = read(stream, limits, question);
            byte[] answer = answerer.answer(stream.connection().remotePeer(), asked);
            stream.writeDeadline(Deadline.after(host.environment(), limits.exchange()));
            stream.writeLast(answer);
        });
    }

    /** Asks a peer, connecting first if need be; blocks. */
    static <A> A ask(
            Host host,
            PeerAddress peer,
            FilecoinLimits limits,
            byte[] question,
            Function<byte[], A> answer,
            String... protocols)
            throws IOException {
        Deadline deadline = Deadline.after(host.environment(), limits.patience());
        Stream stream = host.open(peer, DialOptions.DEFAULT.withDeadline(deadline), protocols);
        boolean done = false;
        try {
            stream.readDeadline(deadline);
            stream.writeDeadline(deadline);
            stream.write(question);
            A answered = read(stream, limits, answer);
            done = true;
            return answered;
        } catch (DeadlineExceededException e) {
            e.addContext(stream.connection().remotePeer(), stream.protocol());
            throw e;
        } finally {
            if (done) {
                stream.close();
            } else {
                stream.reset(ErrorCode.NONE);
            }
        }
    }

    private static <T> T read(Stream stream, FilecoinLimits limits, Function<byte[], T> reader) throws IOException {
        byte[] item = CborItem.read(
                stream.protocol(), new BufferedInputStream(stream.input(), BUFFER), limits.messageBytes());
        long memory = (long) COPIES * item.length + Footprint.ofCbor(item);
        try (Reservation ignored = stream.scope().reserve(memory, Reservation.ALWAYS)) {
            return reader.apply(item);
        } catch (MalformedException e) {
            throw new ProtocolViolationException(stream.protocol(), String.valueOf(e.getMessage()));
        }
    }
}
