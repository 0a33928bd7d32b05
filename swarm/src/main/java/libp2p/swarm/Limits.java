package libp2p.swarm;

import java.time.Duration;
import java.util.function.UnaryOperator;
import libp2p.swarm.negotiation.NegotiationLimits;

/**
 * Every bound of the swarm, by subject. The defaults are those of go-libp2p where it has one. One bound is changed so:
 *
 * <pre>{@code
 * Limits limits = Limits.DEFAULT.withDialing(dialing -> dialing.withLocalTimeout(Duration.ofSeconds(15)));
 * }</pre>
 */
public record Limits(
        Dialing dialing, Resolving resolving, Listening listening, Connections connections, Streams streams) {
    public static final Limits DEFAULT =
            new Limits(Dialing.DEFAULT, Resolving.DEFAULT, Listening.DEFAULT, Connections.DEFAULT, Streams.DEFAULT);

    public Limits withDialing(UnaryOperator<Dialing> change) {
        return new Limits(change.apply(dialing), resolving, listening, connections, streams);
    }

    public Limits withResolving(UnaryOperator<Resolving> change) {
        return new Limits(dialing, change.apply(resolving), listening, connections, streams);
    }

    public Limits withListening(UnaryOperator<Listening> change) {
        return new Limits(dialing, resolving, change.apply(listening), connections, streams);
    }

    public Limits withConnections(UnaryOperator<Connections> change) {
        return new Limits(dialing, resolving, listening, change.apply(connections), streams);
    }

    public Limits withStreams(UnaryOperator<Streams> change) {
        return new Limits(dialing, resolving, listening, connections, change.apply(streams));
    }

    /**
     * Bounds of dialing.
     *
     * @param timeout for one address, from when the transport is ready to dial it
     * @param localTimeout the same for one that is loopback or private; 10 s as rust-libp2p gives to all, not go-libp2p's
     *     5 s: the first handshakes of a cold JVM on a busy machine were seen to take 6 s
     * @param peerTimeout for one peer, over all its addresses, when the caller sets none
     * @param dials concurrent dials of addresses
     * @param dialsPerPeer concurrent dials of addresses of one peer
     * @param peers concurrent dials of peers
     * @param addresses addresses of one peer that are tried
     * @param remembered addresses that are remembered as failed, peers with circuit breakers, and peers with weights
     */
    public record Dialing(
            Duration timeout,
            Duration localTimeout,
            Duration peerTimeout,
            int dials,
            int dialsPerPeer,
            int peers,
            int addresses,
            int remembered) {
        public static final Dialing DEFAULT = new Dialing(
                Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(60), 160, 8, 1000, 100, 10_000);

        public Dialing withTimeout(Duration value) {
            return new Dialing(value, localTimeout, peerTimeout, dials, dialsPerPeer, peers, addresses, remembered);
        }

        public Dialing withLocalTimeout(Duration value) {
            return new Dialing(timeout, value, peerTimeout, dials, dialsPerPeer, peers, addresses, remembered);
        }

        public Dialing withPeerTimeout(Duration value) {
            return new Dialing(timeout, localTimeout, value, dials, dialsPerPeer, peers, addresses, remembered);
        }

        public Dialing withDials(int value) {
            return new Dialing(timeout, localTimeout, peerTimeout, value, dialsPerPeer, peers, addresses, remembered);
        }

        public Dialing withDialsPerPeer(int value) {
            return new Dialing(timeout, localTimeout, peerTimeout, dials, value, peers, addresses, remembered);
        }

        public Dialing withPeers(int value) {
            return new Dialing(timeout, localTimeout, peerTimeout, dials, dialsPerPeer, value, addresses, remembered);
        }

        public Dialing withAddresses(int value) {
            return new Dialing(timeout, localTimeout, peerTimeout, dials, dialsPerPeer, peers, value, remembered);
        }

        public Dialing withRemembered(int value) {
            return new Dialing(timeout, localTimeout, peerTimeout, dials, dialsPerPeer, peers, addresses, value);
        }
    }

    /**
     * Bounds of looking up the names in an address.
     *
     * @param names names looked up for one address, over all levels of {@code /dnsaddr}
     * @param depth levels of {@code /dnsaddr}
     * @param addresses addresses that one address may become
     */
    public record Resolving(int names, int depth, int addresses) {
        public static final Resolving DEFAULT = new Resolving(32, 4, 100);

        public Resolving withNames(int value) {
            return new Resolving(value, depth, addresses);
        }

        public Resolving withDepth(int value) {
            return new Resolving(names, value, addresses);
        }

        public Resolving withAddresses(int value) {
            return new Resolving(names, depth, value);
        }
    }

    /**
     * Bounds of listening.
     *
     * @param acceptTimeout from accepting a connection until it is secured and multiplexed
     * @param pending inbound connections between accept and ready
     * @param interfacePoll the time between two looks at the interfaces of the machine; zero: never
     */
    public record Listening(Duration acceptTimeout, int pending, Duration interfacePoll) {
        public static final Listening DEFAULT = new Listening(Duration.ofSeconds(15), 128, Duration.ofSeconds(5));

        public Listening withAcceptTimeout(Duration value) {
            return new Listening(value, pending, interfacePoll);
        }

        public Listening withPending(int value) {
            return new Listening(acceptTimeout, value, interfacePoll);
        }

        public Listening withInterfacePoll(Duration value) {
            return new Listening(acceptTimeout, pending, value);
        }
    }

    /**
     * Bounds of connections.
     *
     * @param perPeer open connections to one peer, both directions
     * @param farewellTimeout how long closing the host waits for services to say goodbye to their peers
     * @param closeTimeout how long closing the host waits for connections to finish
     */
    public record Connections(int perPeer, Duration farewellTimeout, Duration closeTimeout) {
        public static final Connections DEFAULT = new Connections(64, Duration.ofSeconds(1), Duration.ofSeconds(5));

        public Connections withPerPeer(int value) {
            return new Connections(value, farewellTimeout, closeTimeout);
        }

        public Connections withFarewellTimeout(Duration value) {
            return new Connections(perPeer, value, closeTimeout);
        }

        public Connections withCloseTimeout(Duration value) {
            return new Connections(perPeer, farewellTimeout, value);
        }
    }

    /**
     * Bounds of streams.
     *
     * @param negotiation bounds of multistream-select, also where it chooses secure channels and muxers
     * @param negotiationTimeout for agreeing on the protocol of a stream
     * @param openTimeout for opening a stream, when the caller sets none
     * @param protocolLength characters of a protocol id that is served
     * @param handlers protocols that are served
     */
    public record Streams(
            NegotiationLimits negotiation,
            Duration negotiationTimeout,
            Duration openTimeout,
            int protocolLength,
            int handlers) {
        public static final Streams DEFAULT =
                new Streams(NegotiationLimits.DEFAULT, Duration.ofSeconds(10), Duration.ofSeconds(15), 512, 10_000);

        public Streams withNegotiation(NegotiationLimits value) {
            return new Streams(value, negotiationTimeout, openTimeout, protocolLength, handlers);
        }

        public Streams withNegotiationTimeout(Duration value) {
            return new Streams(negotiation, value, openTimeout, protocolLength, handlers);
        }

        public Streams withOpenTimeout(Duration value) {
            return new Streams(negotiation, negotiationTimeout, value, protocolLength, handlers);
        }

        public Streams withProtocolLength(int value) {
            return new Streams(negotiation, negotiationTimeout, openTimeout, value, handlers);
        }

        public Streams withHandlers(int value) {
            return new Streams(negotiation, negotiationTimeout, openTimeout, protocolLength, value);
        }
    }
}
