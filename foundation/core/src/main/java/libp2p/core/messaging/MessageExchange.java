package libp2p.core.messaging;

import java.io.IOException;
import java.time.Duration;
import libp2p.core.connection.Stream;
import libp2p.core.environment.CarrierTurn;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * A protocol of questions and answers, each a message after its length: what one peer asks, another answers on the same
 * stream. Every exchange is bounded in bytes and in time as a whole, charges the scope of its connection, and resets
 * the stream when it fails, so that no cut message passes for a whole one. Immutable and thread-safe.
 *
 * <pre>{@code
 * MessageExchange<int[], int[]> sum = MessageExchange.of("/sum/1.0.0", NUMBERS, NUMBERS)
 *         .withLimit(4096)
 *         .withTimeout(Duration.ofSeconds(5));
 * }</pre>
 *
 * <pre>{@code
 * sum.serve(server, (peer, numbers) -> new int[] {IntStream.of(numbers).sum()});
 * int[] answer = sum.ask(client, PeerAddress.of(server.peerId(), server.addresses()), new int[] {1, 2, 3});
 * }</pre>
 *
 * @param <Q> questions
 * @param <A> answers
 */
public final class MessageExchange<Q, A> {
    /** Answers the questions of peers; called on the thread of the stream, may block. */
    @FunctionalInterface
    public interface Answerer<Q, A> {
        /**
         * Answers one question.
         *
         * @return null for a question that has no answer: the next one is read
         * @throws Exception to reset the stream
         */
        @Nullable
        A answer(PeerId peer, Q question) throws Exception;
    }

    private static final int DEFAULT_LIMIT = 64 * 1024;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private final String protocol;
    private final MessageCodec<Q> questions;
    private final MessageCodec<A> answers;
    private final int limit;
    private final Duration timeout;
    private final int waiting;
    private final HandlerOptions options;

    private MessageExchange(
            String protocol,
            MessageCodec<Q> questions,
            MessageCodec<A> answers,
            int limit,
            Duration timeout,
            int waiting,
            HandlerOptions options) {
        if (limit <= 0 || !timeout.isPositive()) {
            throw new IllegalArgumentException(
                    protocol + ": messages of at most " + limit + " bytes within " + timeout);
        }
        this.protocol = protocol;
        this.questions = questions;
        this.answers = answers;
        this.limit = limit;
        this.timeout = timeout;
        this.waiting = waiting;
        this.options = options;
    }

    /** A protocol with messages of at most 64 KiB and exchanges of at most 10 s. */
    public static <Q, A> MessageExchange<Q, A> of(String protocol, MessageCodec<Q> questions, MessageCodec<A> answers) {
        return new MessageExchange<>(
                protocol,
                questions,
                answers,
                DEFAULT_LIMIT,
                DEFAULT_TIMEOUT,
                Integer.MAX_VALUE,
                HandlerOptions.DEFAULT);
    }

    /**
     * The same with another limit.
     *
     * @param bytes of a received message, without its length; positive
     */
    public MessageExchange<Q, A> withLimit(int bytes) {
        return new MessageExchange<>(protocol, questions, answers, bytes, timeout, waiting, options);
    }

    /**
     * The same with another bound in time.
     *
     * @param value for one question with its answer, on either side; positive. A server waits as long for the next
     *     question
     */
    public MessageExchange<Q, A> withTimeout(Duration value) {
        return new MessageExchange<>(protocol, questions, answers, limit, value, waiting, options);
    }

    /**
     * The same with a bound of streams that wait for a question, of all peers together. Beyond it a random one of the
     * most crowded IP group is reset, so that strangers who keep streams shut out no others.
     *
     * @param streams positive
     */
    public MessageExchange<Q, A> withWaiting(int streams) {
        if (streams < 1) {
            throw new IllegalArgumentException(protocol + ": " + streams + " streams that wait");
        }
        return new MessageExchange<>(protocol, questions, answers, limit, timeout, streams, options);
    }

    /** The same with other options of the handler: its service, or limited connections. */
    public MessageExchange<Q, A> withOptions(HandlerOptions value) {
        return new MessageExchange<>(protocol, questions, answers, limit, timeout, waiting, value);
    }

    /** The id of the protocol. */
    public String protocol() {
        return protocol;
    }

    /** As {@link #ask(Host, PeerAddress, DialOptions, Object)}, with default options of dialing. */
    public A ask(Host host, PeerAddress peer, Q question) throws IOException {
        return ask(host, peer, DialOptions.DEFAULT, question);
    }

    /**
     * Asks a peer, connecting first if need be, and waits for its answer; blocks. Connecting has the time that the
     * options say, the exchange its own.
     *
     * @throws DeadlineExceededException if the answer is not complete in time
     * @throws libp2p.core.connection.NegotiationException if the peer does not speak the protocol
     * @throws libp2p.core.connection.ProtocolViolationException if the answer is longer than the limit or cannot be
     *     decoded
     */
    public A ask(Host host, PeerAddress peer, DialOptions dial, Q question) throws IOException {
        return ask(host.environment(), host.open(peer, dial, protocol), question);
    }

    /** Asks on a stream that is open, and closes it; blocks. */
    public A ask(Environment environment, Stream stream, Q question) throws IOException {
        MessageStream<Q, A> messages = new MessageStream<>(stream, questions, answers, limit);
        Deadline deadline = Deadline.after(environment, timeout);
        messages.until(deadline);
        boolean done = false;
        try {
            messages.send(question);
            stream.closeWrite();
            A answer = messages.receive();
            done = true;
            return answer;
        } catch (IOException e) {
            if (deadline.passed(environment)) {
                DeadlineExceededException late = new DeadlineExceededException(
                        protocol + ": no answer within " + timeout,
                        stream.connection().remotePeer());
                late.initCause(e);
                throw late;
            }
            throw e;
        } finally {
            if (done) {
                messages.close();
            } else {
                messages.reset();
            }
        }
    }

    /** Serves the protocol: answers the questions of a stream one after the other until the peer sends no more. */
    public Registration serve(Host host, Answerer<Q, A> answerer) {
        Environment environment = host.environment();
        AwaitedRequests awaited = new AwaitedRequests(waiting, environment.random(protocol + " waiting"));
        return host.handle(protocol, options, stream -> serve(environment, stream, answerer, awaited));
    }

    private void serve(Environment environment, Stream stream, Answerer<Q, A> answerer, AwaitedRequests awaited)
            throws Exception {
        MessageStream<A, Q> messages = new MessageStream<>(stream, answers, questions, limit);
        CarrierTurn turn = new CarrierTurn(environment);
        while (true) {
            messages.until(Deadline.after(environment, timeout));
            Q question;
            awaited.opened(stream);
            try {
                question = messages.receiveOrEnd();
            } finally {
                awaited.arrived(stream);
            }
            if (question == null) {
                return;
            }
            A answer = answerer.answer(stream.connection().remotePeer(), question);
            if (answer != null) {
                messages.send(answer);
            }
            turn.check(); // a peer that has sent the next questions already never lets the thread wait
        }
    }
}
