package libp2p.kad;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageStream;
import libp2p.core.peer.AddressScope;
import libp2p.core.peer.Peerstore;
import libp2p.kad.StreamPool.Line;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.MessageLimits;
import libp2p.kad.message.MessageType;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Sends requests to peers, and takes their addresses from answers. Blocks; thread-safe. */
final class Requests {
    static final String SERVICE = "libp2p.kad";
    private static final Duration END = Duration.ofSeconds(2);

    private final Host host;
    private final String protocol;
    private final KadLimits limits;
    private final MessageCodec<KadMessage> codec;
    private final DialOptions dialing;
    private final SignedRecords records;
    private final StreamPool kept;

    Requests(Host host, String protocol, KadLimits limits, SignedRecords records) {
        this.host = host;
        this.protocol = protocol;
        this.limits = limits;
        this.records = records;
        this.codec = codec(limits.message());
        this.dialing = DialOptions.DEFAULT
                .withoutRouting()
                .withTimeout(limits.lookup().request())
                .withReason("kad request");
        this.kept = new StreamPool(
                host.environment(), limits.asking().kept(), limits.asking().idle());
    }

    static MessageCodec<KadMessage> codec(MessageLimits limits) {
        return new MessageCodec<>() {
            @Override
            public byte[] encode(KadMessage message) {
                return message.toBytes();
            }

            @Override
            public KadMessage decode(byte[] bytes) throws IOException {
                return KadMessage.decode(bytes, limits);
            }
        };
    }

    /**
     * Asks a peer and returns its answer. A lookup's request goes over the stream that is left from the last one, if
     * there is one; should that have ended by now, over a new one.
     *
     * @param addresses where it may be; none if the host knows
     * @throws IOException if it cannot be reached or does not answer as it should within the time of a request
     */
    KadMessage ask(PeerId peer, List<Multiaddr> addresses, KadMessage request) throws IOException {
        Line left = request.type() == MessageType.PUT_VALUE ? null : kept.take(peer);
        KadMessage answer = left == null ? null : askAgain(left, peer, request);
        if (answer == null) {
            // The writing side is closed after the answer: py-libp2p loses a request whose end comes with it.
            Line line = open(peer, addresses);
            answer = exchange(line.messages(), peer, request, MessageStream::receive);
            end(line, request);
        }
        if (answer.type() != request.type()) {
            throw new ProtocolViolationException(
                    protocol, "an answer to " + answer.type() + " where " + request.type() + " was asked");
        }
        records.take(peer, answer);
        return answer;
    }

    /** The answer on a stream that was kept, or null if the stream has ended. */
    private @Nullable KadMessage askAgain(Line left, PeerId peer, KadMessage request) throws IOException {
        try {
            KadMessage answer = exchange(left.messages(), peer, request, MessageStream::receive);
            end(left, request);
            return answer;
        } catch (EOFException | StreamResetException | ConnectionClosedException ended) {
            return null; // the peer has closed it since, or the connection has gone
        }
    }

    /** After an answer. */
    private void end(Line line, KadMessage request) {
        if (request.type() == MessageType.PUT_VALUE) {
            line.messages().close();
        } else {
            kept.keep(line);
        }
    }

    /** The exchange between the request and the end. */
    @FunctionalInterface
    private interface Rest<T> {
        T of(MessageStream<KadMessage, KadMessage> messages) throws IOException;
    }

    private Line open(PeerId peer, List<Multiaddr> addresses) throws IOException {
        Stream stream = host.open(PeerAddress.of(peer, addresses), dialing, protocol);
        return kept.line(
                peer,
                stream,
                new MessageStream<>(stream, codec, codec, limits.message().bytes()));
    }

    /** Sends a request and the messages that follow it; resets the stream unless all went well. */
    private <T> T exchange(
            MessageStream<KadMessage, KadMessage> messages, PeerId peer, KadMessage request, Rest<T> rest)
            throws IOException {
        Environment environment = host.environment();
        Deadline deadline = Deadline.after(environment, limits.lookup().request());
        messages.until(deadline);
        boolean done = false;
        try {
            messages.send(records.signed(peer, request));
            T result = rest.of(messages);
            done = true;
            return result;
        } catch (IOException e) {
            if (deadline.passed(environment)) {
                DeadlineExceededException late = new DeadlineExceededException(
                        protocol + ": no answer within " + limits.lookup().request(), peer);
                late.initCause(e);
                throw late;
            }
            throw e;
        } finally {
            if (!done) {
                messages.reset();
            }
        }
    }

    /** Sends a message that has no answer; returns when it is handed over and the peer speaks the protocol. */
    void tell(PeerId peer, List<Multiaddr> addresses, KadMessage message) throws IOException {
        tellAll(peer, addresses, List.of(message));
    }

    /**
     * As {@link #tell}, on one stream, if the peer reads more than one message from it.
     *
     * @param more at least one message
     */
    void tellAll(PeerId peer, List<Multiaddr> addresses, List<KadMessage> more) throws IOException {
        if (more.size() > 1 && losesWhatEndsWithIt(peer)) {
            for (KadMessage message : more) {
                tell(peer, addresses, message);
            }
            return;
        }
        Line line = open(peer, addresses);
        exchange(line.messages(), peer, more.getFirst(), messages -> {
            for (KadMessage message : more.subList(1, more.size())) {
                messages.send(message);
            }
            if (!losesWhatEndsWithIt(peer)) {
                messages.stream().closeWrite();
            }
            awaitEnd(messages);
            return true;
        });
        line.messages().close();
    }

    /** py-libp2p 0.8 forgets a message if the end of the stream comes with it. */
    private boolean losesWhatEndsWithIt(PeerId peer) {
        String agent = host.peerstore().metadata(peer, "agent");
        return agent != null && agent.startsWith("py-libp2p");
    }

    /**
     * No answer comes. The end of the stream tells that the protocol was agreed and the message read; some
     * implementations wait for another message instead, which is as good.
     */
    private static void awaitEnd(MessageStream<KadMessage, KadMessage> messages) throws IOException {
        messages.stream().readTimeout(END);
        try {
            messages.receiveOrEnd();
        } catch (DeadlineExceededException stillOpen) {
            // it has had the time to say no
        }
    }

    /** The addresses of a peer that others are told: as many as one message may name. */
    List<Multiaddr> addressesOf(PeerId peer) {
        List<Multiaddr> addresses = new ArrayList<>(host.peerstore().addresses(peer));
        return addresses.subList(0, Math.min(addresses.size(), limits.table().addresses()));
    }

    /** How many addresses of one peer are taken from one answer. */
    int addressesOfPeer() {
        return limits.table().addresses();
    }

    /** The nearest reach of the connections to a peer, or null if it has none but through relays. */
    @Nullable
    AddressScope reachOf(PeerId peer) {
        return AddressScope.nearest(host.connections(peer));
    }

    /** Remembers for a while where a peer is said to be. */
    void remember(PeerId peer, List<Multiaddr> addresses) {
        if (!addresses.isEmpty()) {
            host.peerstore().addAddresses(peer, addresses, Peerstore.Source.ROUTING, Peerstore.TEMPORARY);
        }
    }

    /** Closes the streams that are kept. */
    void close() {
        kept.close();
    }

    String service() {
        return SERVICE;
    }
}
