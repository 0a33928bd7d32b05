package libp2p.muxers;

import java.time.Duration;
import libp2p.streams.StreamLimits;

/**
 * The bounds of one multiplexed connection, whatever its peer does.
 *
 * @param inboundStreams streams of the remote peer open at a time; more are refused with a reset
 * @param outboundStreams streams of this host open at a time; more fail with {@code LimitExceededException}
 * @param acceptBacklog streams of the remote peer that wait to be accepted; more are refused with a reset
 * @param refusals what a peer may cause that opens streams beyond the limits
 * @param sendBuffer bytes that a stream holds for the peer to take; a writer waits when they are full
 * @param spareMemory bytes that all connections of one muxer keep in empty buffers for the next use
 * @param writeTimeout how long one write to the socket may take before the connection is given up
 * @param closeTimeout how long a closed connection may take to send what is queued and to part
 * @param lingerTimeout how long a stream that was closed waits for the remote peer to finish too, before it is reset
 * @param yamux what only yamux has
 * @param mplex what only mplex has
 */
public record MuxerLimits(
        int inboundStreams,
        int outboundStreams,
        int acceptBacklog,
        Refusals refusals,
        int sendBuffer,
        int spareMemory,
        Duration writeTimeout,
        Duration closeTimeout,
        Duration lingerTimeout,
        Yamux yamux,
        Mplex mplex)
        implements StreamLimits {
    /** The limits that hold unless others are given; the figures that other implementations use too are the same. */
    public static final MuxerLimits DEFAULT = new MuxerLimits(
            4096,
            4096,
            256,
            Refusals.DEFAULT,
            256 << 10,
            4 << 20,
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            Yamux.DEFAULT,
            Mplex.DEFAULT);

    public MuxerLimits {
        positive("inboundStreams", inboundStreams);
        positive("outboundStreams", outboundStreams);
        positive("acceptBacklog", acceptBacklog);
        atLeast("sendBuffer", sendBuffer, MINIMUM_SEND_BUFFER);
        atLeast("spareMemory", spareMemory, 0);
        positive("writeTimeout", writeTimeout);
        positive("closeTimeout", closeTimeout);
        positive("lingerTimeout", lingerTimeout);
    }

    /**
     * Bounds of refused streams. A peer that goes on opening streams beyond the limits is slowed, not disconnected: it
     * would come again, and a handshake costs more than hundreds of refusals.
     *
     * @param pending refusals that wait to be sent; a peer that causes more without reading them is disconnected
     * @param atOnce refusals in a row, after which the connection is not read for a pause for each
     * @param pause at most a second; for each that passes without a refusal one more is free
     */
    public record Refusals(int pending, int atOnce, Duration pause) implements StreamLimits.RefusalLimits {
        /** The defaults. */
        public static final Refusals DEFAULT = new Refusals(256, 256, Duration.ofMillis(10));

        public Refusals {
            positive("pending", pending);
            positive("atOnce", atOnce);
            positive("pause", pause);
            if (pause.compareTo(Duration.ofSeconds(1)) > 0) {
                throw new IllegalArgumentException("pause is " + pause + ", at most a second is possible");
            }
        }
    }

    /**
     * Bounds of yamux. The initial window of 256 KiB is part of the protocol.
     *
     * @param unacknowledged streams of this host that the remote peer has not acknowledged; opening more waits
     * @param window bytes that the receive window of a stream may grow to, at least 256 KiB
     * @param pendingPongs answers to pings that wait to be sent; pings beyond are not answered
     * @param pingInterval time between two measurements of the round trip, which also keep the connection alive
     * @param pingTimeout how long nothing may come from a peer that owes the answer to a ping
     */
    public record Yamux(int unacknowledged, int window, int pendingPongs, Duration pingInterval, Duration pingTimeout) {
        /** The defaults. */
        public static final Yamux DEFAULT =
                new Yamux(256, 16 << 20, 32, Duration.ofSeconds(30), Duration.ofSeconds(20));

        /** Bytes of the window that every stream starts with. */
        public static final int INITIAL_WINDOW = 256 << 10;

        public Yamux {
            positive("unacknowledged", unacknowledged);
            atLeast("window", window, INITIAL_WINDOW);
            positive("pendingPongs", pendingPongs);
            positive("pingInterval", pingInterval);
            positive("pingTimeout", pingTimeout);
        }
    }

    /**
     * Bounds of mplex, which has no flow control of its own.
     *
     * @param message largest message that is accepted, in bytes; a larger one ends the connection
     * @param receiveBuffer bytes that a stream holds for its reader; when more come that stream is reset at once, and
     *     the others of the connection go on
     * @param name longest name of a stream, in bytes; a longer one ends the connection
     */
    public record Mplex(int message, int receiveBuffer, int name) {
        /** The defaults. */
        public static final Mplex DEFAULT = new Mplex(1 << 20, 4 << 20, 1 << 10);

        public Mplex {
            positive("message", message);
            atLeast("receiveBuffer", receiveBuffer, message);
            atLeast("name", name, 0);
        }
    }

    /** The same but for how many streams each side may have open. */
    public MuxerLimits withStreams(int inbound, int outbound) {
        return new MuxerLimits(
                inbound,
                outbound,
                acceptBacklog,
                refusals,
                sendBuffer,
                spareMemory,
                writeTimeout,
                closeTimeout,
                lingerTimeout,
                yamux,
                mplex);
    }

    /** The same but for how many streams of the remote peer may wait to be accepted. */
    public MuxerLimits withAcceptBacklog(int streams) {
        return new MuxerLimits(
                inboundStreams,
                outboundStreams,
                streams,
                refusals,
                sendBuffer,
                spareMemory,
                writeTimeout,
                closeTimeout,
                lingerTimeout,
                yamux,
                mplex);
    }

    /** The same but for what a peer may cause that opens streams beyond the limits. */
    public MuxerLimits withRefusals(Refusals limits) {
        return new MuxerLimits(
                inboundStreams,
                outboundStreams,
                acceptBacklog,
                limits,
                sendBuffer,
                spareMemory,
                writeTimeout,
                closeTimeout,
                lingerTimeout,
                yamux,
                mplex);
    }

    /** The same but for how long a write, a close and a closed stream may take. */
    public MuxerLimits withTimeouts(Duration write, Duration close, Duration linger) {
        return new MuxerLimits(
                inboundStreams,
                outboundStreams,
                acceptBacklog,
                refusals,
                sendBuffer,
                spareMemory,
                write,
                close,
                linger,
                yamux,
                mplex);
    }

    /** The same but for what only yamux has. */
    public MuxerLimits withYamux(Yamux limits) {
        return new MuxerLimits(
                inboundStreams,
                outboundStreams,
                acceptBacklog,
                refusals,
                sendBuffer,
                spareMemory,
                writeTimeout,
                closeTimeout,
                lingerTimeout,
                limits,
                mplex);
    }

    private static void positive(String name, int value) {
        atLeast(name, value, 1);
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", at least " + least + " is needed");
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " is " + value + ", but must be longer than zero");
        }
    }
}
