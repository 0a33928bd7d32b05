package libp2p.transports.quic;

import java.time.Duration;
import java.util.function.UnaryOperator;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/**
 * Bounds of the QUIC transport. The windows of connections are those at the start; they grow where a peer sends fast and
 * is read fast, and their largest sizes are charged to the connection.
 *
 * @param timeouts of connections and handshakes
 * @param port of the UDP port, over all connections
 */
@LimitGroup("quic")
public record QuicLimits(
        Timeouts timeouts,

        @Bound(
                value = "256",
                least = "1",
                most = "1000000",
                unit = "streams",
                is = "that the peer of one connection may have open; it waits with more")
        int inboundStreams,

        @Bound(
                value = "256KiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is =
                        "that a peer may send on one stream before they are read, at first; the window grows to 10 MiB where it pays")
        int streamWindow,

        @Bound(
                value = "384KiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is =
                        "that a peer may send on one connection before they are read, at first; the window grows to 15 MiB where it pays")
        int window,

        @Bound(
                value = "256KiB",
                least = "1",
                most = "512MiB",
                unit = "bytes",
                is =
                        "of which one stream holds up to twice as many that wait to be acknowledged; a writer waits with more")
        int sendQueue,

        @Bound(
                value = "128KiB",
                least = "0",
                most = "1GiB",
                unit = "bytes",
                is = "charged for each connection beside its window and its queues")
        int memory,

        Port port) {
    /** The defaults of every part. */
    public static final QuicLimits DEFAULT = Bounds.defaults(QuicLimits.class);

    public QuicLimits {
        Bounds.check(QuicLimits.class, timeouts, inboundStreams, streamWindow, window, sendQueue, memory, port);
    }

    /** The same with changed times. */
    public QuicLimits withTimeouts(UnaryOperator<Timeouts> change) {
        return new QuicLimits(change.apply(timeouts), inboundStreams, streamWindow, window, sendQueue, memory, port);
    }

    /** The same with changed bounds of the port. */
    public QuicLimits withPort(UnaryOperator<Port> change) {
        return new QuicLimits(timeouts, inboundStreams, streamWindow, window, sendQueue, memory, change.apply(port));
    }

    /** Timeouts. */
    public record Timeouts(
            @Bound(
                    value = "30s",
                    least = "1ms",
                    most = "1d",
                    is = "how long a connection may be silent before it is over")
            Duration idle,

            @Bound(
                    value = "15s",
                    least = "0s",
                    most = "1d",
                    is = "time of silence after which a connection is kept alive by a ping; 0s sends none")
            Duration keepAlive,

            @Bound(value = "10s", least = "1ms", most = "1d", is = "how long a handshake may take, of either side")
            Duration accept,

            @Bound(
                    value = "3s",
                    least = "1ms",
                    most = "1d",
                    is = "how long the part of a handshake may take in which the client's address is not proved")
            Duration unproved,

            @Bound(
                    value = "800ms",
                    least = "0s",
                    most = "1d",
                    is =
                            "how long closing a connection waits while none of what was written gets away; 0s does not wait")
            Duration linger) {
        /** The defaults. */
        public static final Timeouts DEFAULT = Bounds.defaults(Timeouts.class);

        public Timeouts {
            Bounds.check(Timeouts.class, idle, keepAlive, accept, unproved, linger);
        }

        /** The same with another time after which a silent connection is over. */
        public Timeouts withIdle(Duration value) {
            return new Timeouts(value, keepAlive, accept, unproved, linger);
        }

        /** The same with another time for the handshake of an inbound connection. */
        public Timeouts withAccept(Duration value) {
            return new Timeouts(idle, keepAlive, value, unproved, linger);
        }

        /** The same with another time for a client that has not proved its address. */
        public Timeouts withUnproved(Duration value) {
            return new Timeouts(idle, keepAlive, accept, value, linger);
        }

        /** The same with another time that closing a connection waits while nothing of what was written gets away. */
        public Timeouts withLinger(Duration value) {
            return new Timeouts(idle, keepAlive, accept, unproved, value);
        }
    }

    /** Bounds of each UDP port. */
    public record Port(
            @Bound(
                    value = "32",
                    least = "1",
                    most = "1000000",
                    unit = "answers",
                    is =
                            "to datagrams of no connection that wait to be sent; while as many wait, further such datagrams are dropped")
            int strayAnswers,

            @Bound(
                    value = "256",
                    least = "1",
                    most = "1000000",
                    unit = "handshakes",
                    is = "of incoming connections at the same time on one port; more are dropped")
            int handshakes,

            @Bound(
                    value = "48",
                    least = "0",
                    most = "1000000",
                    unit = "handshakes",
                    is =
                            "at the same time on one port without a proof of the client's address; more are asked for one (Retry), 0 asks all")
            int unvalidated,

            @Bound(
                    value = "64",
                    least = "1",
                    most = "1000000",
                    unit = "connections",
                    is = "of peers about which the connection gater is being asked on one port; more are dropped")
            int admissions,

            @Bound(
                    value = "4",
                    least = "1",
                    most = "1024",
                    unit = "sockets",
                    is = "over which a saturated port spreads its senders, each with an event loop")
            int sockets) {
        /** The defaults. */
        public static final Port DEFAULT = Bounds.defaults(Port.class);

        public Port {
            Bounds.check(Port.class, strayAnswers, handshakes, unvalidated, admissions, sockets);
        }

        /** The same with another number of handshakes at once whose client has not proved its address. */
        public Port withUnvalidated(int value) {
            return new Port(strayAnswers, handshakes, value, admissions, sockets);
        }
    }
}
