package libp2p.muxers;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;
import libp2p.streams.StreamLimits;

/**
 * The bounds of one multiplexed connection, whatever its peer does.
 *
 * @param refusals what a peer may cause that opens streams beyond the limits
 * @param yamux what only yamux has
 * @param mplex what only mplex has
 */
@LimitGroup("muxers")
public record MuxerLimits(
        @Bound(
                value = "4096",
                least = "1",
                most = "1000000",
                unit = "streams",
                is = "that the peer of one connection may have open; more are refused with a reset")
        int inboundStreams,

        @Bound(
                value = "4096",
                least = "1",
                most = "1000000",
                unit = "streams",
                is = "that this host may have open on one connection; opening more fails")
        int outboundStreams,

        @Bound(
                value = "256",
                least = "1",
                most = "1000000",
                unit = "streams",
                is = "of the peer of one connection that wait to be accepted; more are refused with a reset")
        int acceptBacklog,

        Refusals refusals,

        @Bound(
                value = "256KiB",
                least = "32KiB",
                most = "1GiB",
                unit = "bytes",
                is = "that one stream holds until the peer takes them; a writer waits while they are full")
        int sendBuffer,

        @Bound(
                value = "4MiB",
                least = "0",
                most = "1GiB",
                unit = "bytes",
                is = "of empty buffers that all connections of the host keep for their next use; 0 keeps none")
        int spareMemory,

        @Bound(
                value = "10s",
                least = "1ms",
                most = "1d",
                is = "how long one write to the network may take before the connection is given up")
        Duration writeTimeout,

        @Bound(
                value = "1s",
                least = "1ms",
                most = "1d",
                is = "how long a connection that is being closed may take to send what is queued")
        Duration closeTimeout,

        @Bound(
                value = "1m",
                least = "1ms",
                most = "1d",
                is = "how long a stream that this host has closed waits for the peer to end it too, before it is reset")
        Duration lingerTimeout,

        Yamux yamux,
        Mplex mplex)
        implements StreamLimits {
    /** The limits that hold unless others are given; the figures that other implementations use too are the same. */
    public static final MuxerLimits DEFAULT = Bounds.defaults(MuxerLimits.class);

    public MuxerLimits {
        Bounds.check(
                MuxerLimits.class,
                inboundStreams,
                outboundStreams,
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

    /**
     * Bounds of refused streams. A peer that goes on opening streams beyond the limits is slowed, not disconnected: it
     * would come again, and a handshake costs more than hundreds of refusals.
     */
    public record Refusals(
            @Bound(
                    value = "256",
                    least = "1",
                    most = "65536",
                    unit = "refusals",
                    is =
                            "of streams that wait to be sent on one connection; a peer that causes more and reads none is disconnected")
            int pending,

            @Bound(
                    value = "256",
                    least = "1",
                    most = "1000000",
                    unit = "refusals",
                    is =
                            "of streams of one connection that come without a pause; after each further one it is not read for a while")
            int atOnce,

            @Bound(
                    value = "10ms",
                    least = "1ms",
                    most = "1s",
                    is =
                            "how long a connection is not read after a refused stream above the free number; each such time without one frees one more")
            Duration pause)
            implements StreamLimits.RefusalLimits {
        /** The defaults. */
        public static final Refusals DEFAULT = Bounds.defaults(Refusals.class);

        public Refusals {
            Bounds.check(Refusals.class, pending, atOnce, pause);
        }
    }

    /** Bounds of yamux. The initial window of 256 KiB is part of the protocol. */
    public record Yamux(
            @Bound(
                    value = "256",
                    least = "1",
                    most = "1000000",
                    unit = "streams",
                    is = "opened by this host on one connection that the peer has not acknowledged; opening more waits")
            int unacknowledged,

            @Bound(
                    value = "16MiB",
                    least = "256KiB",
                    most = "1GiB",
                    unit = "bytes",
                    is = "to which the receive window of one stream may grow; each begins with 256 KiB")
            int window,

            @Bound(
                    value = "32",
                    least = "1",
                    most = "65536",
                    unit = "answers",
                    is = "to pings of the peer that wait to be sent on one connection; further pings are not answered")
            int pendingPongs,

            @Bound(
                    value = "30s",
                    least = "1ms",
                    most = "1d",
                    is =
                            "time between two pings on one connection, which measure the round trip and keep the connection alive")
            Duration pingInterval,

            @Bound(
                    value = "20s",
                    least = "1ms",
                    most = "1d",
                    is = "how long a peer that owes the answer to a ping may send nothing before it is disconnected")
            Duration pingTimeout) {
        /** The defaults. */
        public static final Yamux DEFAULT = Bounds.defaults(Yamux.class);

        /** Bytes of the window that every stream starts with. */
        public static final int INITIAL_WINDOW = 256 << 10;

        public Yamux {
            Bounds.check(Yamux.class, unacknowledged, window, pendingPongs, pingInterval, pingTimeout);
        }
    }

    /** Bounds of mplex, which has no flow control of its own. */
    public record Mplex(
            @Bound(
                    value = "1MiB",
                    least = "1",
                    most = "1MiB",
                    unit = "bytes",
                    is = "of data in one message of mplex; a peer that sends a longer one is disconnected")
            int message,

            @Bound(
                    value = "4MiB",
                    least = "1",
                    most = "1GiB",
                    unit = "bytes",
                    is =
                            "that one stream of mplex, which has no flow control, holds for its reader; the stream is reset when more come")
            int receiveBuffer,

            @Bound(
                    value = "1KiB",
                    least = "0",
                    most = "1MiB",
                    unit = "bytes",
                    is = "of the name that the peer gives a stream; a longer one ends the connection, 0 allows none")
            int name) {
        /** The defaults. */
        public static final Mplex DEFAULT = Bounds.defaults(Mplex.class);

        public Mplex {
            Bounds.check(Mplex.class, message, receiveBuffer, name);
            if (receiveBuffer < message) {
                throw new IllegalArgumentException("mplex.receive-buffer is " + receiveBuffer
                        + ", possible: at least mplex.message, which is " + message);
            }
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
}
