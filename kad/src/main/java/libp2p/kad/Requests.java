package libp2p.kad;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageExchange;
import libp2p.core.messaging.MessageStream;
import libp2p.core.peer.Peerstore;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.MessageLimits;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Sends requests to peers, and takes what peers say of themselves in answers. Blocks; thread-safe. */
final class Requests {
    static final String SERVICE = "libp2p.kad";

    private final Host host;
    private final String protocol;
    private final Limits limits;
    private final MessageCodec<KadMessage> codec;
    private final MessageExchange<KadMessage, KadMessage> exchange;
    private final SignedRecords records;

    Requests(Host host, String protocol, Limits limits, SignedRecords records) {
        this.host = host;
        this.protocol = protocol;
        this.limits = limits;
        this.records = records;
        this.codec = codec(limits.message());
        this.exchange = MessageExchange.of(protocol, codec, codec)
                .withLimit(limits.message().bytes())
                .withTimeout(limits.lookup().request());
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
     * Asks a peer and returns its answer.
     *
     * @param addresses where it may be; none if the host knows
     * @throws IOException if it cannot be reached or does not answer as it should within the time of a request
     */
    KadMessage ask(PeerId peer, List<Multiaddr> addresses, KadMessage request) throws IOException {
        KadMessage answer =
                exchange.ask(host, target(peer, addresses), options("kad request"), records.signed(peer, request));
        if (answer.type() != request.type()) {
            throw new libp2p.core.connection.ProtocolViolationException(
                    protocol, "an answer to " + answer.type() + " where " + request.type() + " was asked");
        }
        records.take(peer, answer);
        return answer;
    }

    /** Sends what has no answer; returns when it is handed over and the peer speaks the protocol. */
    void tell(PeerId peer, List<Multiaddr> addresses, KadMessage message) throws IOException {
        var stream = host.open(target(peer, addresses), options("kad announcement"), protocol);
        try (MessageStream<KadMessage, KadMessage> messages =
                new MessageStream<>(stream, codec, codec, limits.message().bytes())) {
            Deadline deadline =
                    Deadline.after(host.environment(), limits.lookup().request());
            var end = messages.resetAt(host.environment(), deadline);
            boolean done = false;
            try {
                messages.send(records.signed(peer, message));
                stream.closeWrite();
                // The end of the stream tells that the protocol was agreed and the message read; no answer comes.
                messages.receiveOrEnd();
                done = true;
            } finally {
                end.cancel();
                if (!done) {
                    messages.reset();
                }
            }
        }
    }

    private DialOptions options(String reason) {
        return DialOptions.DEFAULT
                .withoutRouting()
                .withTimeout(limits.lookup().request())
                .withReason(reason);
    }

    private static PeerAddress target(PeerId peer, List<Multiaddr> addresses) {
        return PeerAddress.of(peer, addresses);
    }

    /** Where a peer is, for others to be told: over which it is connected, what it has said, what is known. */
    List<Multiaddr> addressesOf(PeerId peer) {
        List<Multiaddr> addresses = new ArrayList<>(host.peerstore().addresses(peer));
        return addresses.subList(0, Math.min(addresses.size(), limits.table().addresses()));
    }

    /** How a connected peer was reached, or null if it is not connected, but for relays. */
    @Nullable
    Reach reachOf(PeerId peer) {
        Reach nearest = null;
        for (Connection connection : host.connections(peer)) {
            if (!connection.isLimited()) {
                Reach reach = Reach.of(connection.remoteAddress());
                nearest = nearest == null || reach.compareTo(nearest) < 0 ? reach : nearest;
            }
        }
        return nearest;
    }

    /** Remembers for a while where a peer is said to be. */
    void remember(PeerId peer, List<Multiaddr> addresses) {
        if (!addresses.isEmpty()) {
            host.peerstore().addAddresses(peer, addresses, Peerstore.Source.ROUTING, Peerstore.TEMPORARY);
        }
    }

    String service() {
        return SERVICE;
    }
}
