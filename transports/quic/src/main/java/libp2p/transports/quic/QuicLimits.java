package libp2p.transports.quic;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Bounds of the QUIC transport, by subject. One is changed so:
 *
 * <pre>{@code
 * QuicLimits limits = QuicLimits.DEFAULT.withPort(port -> port.withHandshakes(64));
 * }</pre>
 *
 * @param timeouts of connections and handshakes
 * @param connections of one connection
 * @param port of the UDP port, over all connections
 */
public record QuicLimits(Timeouts timeouts, Connections connections, Port port) {
    /** The defaults of every part. */
    public static final QuicLimits DEFAULT = new QuicLimits(Timeouts.DEFAULT, Connections.DEFAULT, Port.DEFAULT);

    /** The same with changed times. */
    public QuicLimits withTimeouts(UnaryOperator<Timeouts> change) {
        return new QuicLimits(change.apply(timeouts), connections, port);
    }

    /** The same with changed bounds of a connection. */
    public QuicLimits withConnections(UnaryOperator<Connections> change) {
        return new QuicLimits(timeouts, change.apply(connections), port);
    }

    /** The same with changed bounds of the port. */
    public QuicLimits withPort(UnaryOperator<Port> change) {
        return new QuicLimits(timeouts, connections, change.apply(port));
    }

    /**
     * Timeouts.
     *
     * @param idle after which a silent connection is given up
     * @param keepAlive how often an idle connection says something
     * @param accept for the handshake of an incoming connection
     * @param unproved for the part of it in which the client has not proved that its address is its own: by a token, or
     *     by its first Handshake packet
     * @param linger how long closing a connection waits while nothing of what was written gets away
     */
    public record Timeouts(Duration idle, Duration keepAlive, Duration accept, Duration unproved, Duration linger) {
        /**
         * 30 s of silence, keep-alive every 15 s, 10 s to accept, 3 s for a client that has not proved its address, 800
         * ms of lingering.
         */
        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(30),
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                Duration.ofMillis(800));

        /** The same with another time after which a silent connection is over. */
        public Timeouts withIdle(Duration value) {
            return new Timeouts(value, keepAlive, accept, unproved, linger);
        }

        /** The same with another time between two keep-alives. */
        public Timeouts withKeepAlive(Duration value) {
            return new Timeouts(idle, value, accept, unproved, linger);
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

    /**
     * Bounds of each connection. The windows are those at the start; they grow where a peer sends fast and is read
     * fast, and their largest sizes are charged to the connection.
     *
     * @param streams streams that a peer may have open
     * @param streamWindow bytes that a peer may send on a stream before they are read, at first
     * @param window the same over all streams of the connection
     * @param receiveQueue bytes of a stream taken from the engine ahead of the reader
     * @param sendQueue bytes of a stream handed to the engine ahead of the network
     * @param memory bytes charged for the connection beside its window and its queues
     */
    public record Connections(int streams, int streamWindow, int window, int receiveQueue, int sendQueue, int memory) {
        /** 256 streams, windows that begin with 256 KiB for a stream and 384 KiB for the connection. */
        public static final Connections DEFAULT =
                new Connections(256, 256 << 10, 384 << 10, 256 << 10, 256 << 10, 128 << 10);

        /** The same with another number of streams that the remote may have open. */
        public Connections withStreams(int value) {
            return new Connections(value, streamWindow, window, receiveQueue, sendQueue, memory);
        }

        /** The same with another first window of a stream, in bytes. */
        public Connections withStreamWindow(int value) {
            return new Connections(streams, value, window, receiveQueue, sendQueue, memory);
        }

        /** The same with another first window of the connection, in bytes. */
        public Connections withWindow(int value) {
            return new Connections(streams, streamWindow, value, receiveQueue, sendQueue, memory);
        }

        /** The same with another number of bytes that wait to be read on one stream. */
        public Connections withReceiveQueue(int value) {
            return new Connections(streams, streamWindow, window, value, sendQueue, memory);
        }

        /** The same with another number of bytes that wait to be sent on one stream. */
        public Connections withSendQueue(int value) {
            return new Connections(streams, streamWindow, window, receiveQueue, value, memory);
        }

        /** The same with another number of bytes that are charged for a connection beside its window and queues. */
        public Connections withMemory(int value) {
            return new Connections(streams, streamWindow, window, receiveQueue, sendQueue, value);
        }
    }

    /**
     * Bounds of each UDP port.
     *
     * @param burst datagrams taken off the socket at a time
     * @param newcomers datagrams of each burst that may begin a connection and are dealt with, after those of
     *     connections that exist; the rest of them are dropped unread, so that a port that is flooded empties its
     *     socket faster than it fills
     * @param handshakes incoming handshakes at once; further ones are dropped
     * @param unvalidated incoming handshakes at once without a proof that the address is the sender's, if the resource
     *     manager allows as many; further ones are asked for it (Retry)
     * @param admissions incoming connections about which the gater is being asked
     * @param lanes sockets, each with an event loop, over which the system spreads the senders of a saturated port
     */
    public record Port(int burst, int newcomers, int handshakes, int unvalidated, int admissions, int lanes) {
        /** 256 handshakes at once, 48 of them unproved. */
        public static final Port DEFAULT = new Port(256, 32, 256, 48, 64, 4);

        /** The same with another number of datagrams that are read in one go. */
        public Port withBurst(int value) {
            return new Port(value, newcomers, handshakes, unvalidated, admissions, lanes);
        }

        /** The same with another number of datagrams of strangers that are looked at in one go. */
        public Port withNewcomers(int value) {
            return new Port(burst, value, handshakes, unvalidated, admissions, lanes);
        }

        /** The same with another number of inbound handshakes at once. */
        public Port withHandshakes(int value) {
            return new Port(burst, newcomers, value, unvalidated, admissions, lanes);
        }

        /** The same with another number of handshakes at once whose client has not proved its address. */
        public Port withUnvalidated(int value) {
            return new Port(burst, newcomers, handshakes, value, admissions, lanes);
        }

        /** The same with another number of inbound connections about which the gater is being asked at once. */
        public Port withAdmissions(int value) {
            return new Port(burst, newcomers, handshakes, unvalidated, value, lanes);
        }

        /** The same with another number of sockets over which the system spreads the senders of a saturated port. */
        public Port withLanes(int value) {
            return new Port(burst, newcomers, handshakes, unvalidated, admissions, value);
        }
    }
}
