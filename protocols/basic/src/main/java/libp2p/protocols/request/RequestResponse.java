package libp2p.protocols.request;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.resource.Reservation;

/**
 * One request and one response, each up to the end of its direction of the stream, without length: as rust-libp2p's
 * {@code request-response} sends its CBOR and JSON. Bounded in bytes and, as a whole, in time. Immutable and
 * thread-safe.
 *
 * @param <Q> requests
 * @param <A> responses
 */
public final class RequestResponse<Q, A> {

    /** Answers requests; called on the thread of the stream, may block. */
    @FunctionalInterface
    public interface Responder<Q, A> {
        /** @throws Exception to reset the stream */
        A respond(PeerId peer, Q request) throws Exception;
    }

    private final String protocol;
    private final MessageCodec<Q> requests;
    private final MessageCodec<A> responses;
    private final RequestLimits limits;

    /** @param protocol its id */
    public RequestResponse(String protocol, MessageCodec<Q> requests, MessageCodec<A> responses, RequestLimits limits) {
        this.protocol = protocol;
        this.requests = requests;
        this.responses = responses;
        this.limits = limits;
    }

    /** Serves the protocol until the registration is closed. */
    public Registration serve(Host host, Responder<Q, A> responder) {
        return host.handle(protocol, stream -> {
            within(host, stream);
            Q request = read(stream, "request", limits.requestBytes(), requests);
            stream.writeLast(
                    responses.encode(responder.respond(stream.connection().remotePeer(), request)));
        });
    }

    /**
     * Asks a peer, connecting first if need be; blocks.
     *
     * @throws ProtocolViolationException if the response is longer than the limit or cannot be decoded
     */
    public A ask(Host host, PeerAddress peer, Q request) throws IOException {
        Stream stream = host.open(peer, DialOptions.DEFAULT, protocol);
        boolean done = false;
        try {
            within(host, stream);
            stream.writeLast(requests.encode(request));
            A response = read(stream, "response", limits.responseBytes(), responses);
            done = true;
            return response;
        } finally {
            if (done) {
                stream.close();
            } else {
                stream.reset(ErrorCode.NONE);
            }
        }
    }

    private void within(Host host, Stream stream) {
        Deadline deadline = Deadline.after(host.environment(), limits.timeout());
        stream.readDeadline(deadline);
        stream.writeDeadline(deadline);
    }

    private <T> T read(Stream stream, String what, int most, MessageCodec<T> codec) throws IOException {
        try (Reservation memory = stream.connection().scope().reserve(0, Reservation.ALWAYS)) {
            InputStream in = stream.input();
            byte[] bytes = new byte[Math.min(4096, most + 1)];
            int length = 0;
            int count;
            while ((count = in.read(bytes, length, bytes.length - length)) >= 0) {
                length += count;
                if (length > most) {
                    throw new ProtocolViolationException(protocol, "a " + what + " of more than " + most + " bytes");
                }
                if (length == bytes.length) {
                    int larger = (int) Math.min(2L * bytes.length, most + 1L);
                    memory.grow(larger - bytes.length, Reservation.ALWAYS);
                    bytes = Arrays.copyOf(bytes, larger);
                }
            }
            return codec.decode(Arrays.copyOf(bytes, length));
        }
    }
}
