package libp2p.protocols.ping;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.DialOptions;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;

/** Answers pings, and makes {@linkplain PingSession sessions} to ping others. */
public final class Ping implements HostService {
    /** Protocol id. */
    public static final String PROTOCOL = "/ipfs/ping/1.0.0";

    /** Bytes of a ping. */
    static final int SIZE = 32;

    private final PingLimits limits;
    private volatile Registration registration = () -> {};

    /** With the default limits. */
    public Ping() {
        this(PingLimits.DEFAULT);
    }

    /** @param limits of the protocol */
    public Ping(PingLimits limits) {
        this.limits = limits;
    }

    @Override
    public void start(Host host) {
        registration = host.handle(
                PROTOCOL, HandlerOptions.DEFAULT.withAllowLimited(true), stream -> serve(host.environment(), stream));
    }

    private void serve(Environment environment, Stream stream) {
        stream.detach();
        new PingResponder(environment, stream, limits).begin();
    }

    /**
     * Fills the array; false if the stream ends before its first byte. The bytes after the first have to come within
     * the timeout too, all together: it is not granted anew for every byte.
     *
     * @param timeout the read timeout of the stream
     */
    static boolean readPing(Environment environment, Stream stream, byte[] target, Duration timeout)
            throws IOException {
        int done = 0;
        Deadline rest = null;
        while (done < SIZE) {
            int count = stream.read(target, done, SIZE - done);
            if (count < 0) {
                if (done == 0) {
                    return false;
                }
                throw new EOFException("the stream ended inside a ping, after " + done + " of " + SIZE + " bytes");
            }
            done += count;
            if (done < SIZE) {
                rest = rest == null ? Deadline.after(environment, timeout) : rest;
                stream.readTimeout(Duration.ofNanos(Math.max(1, rest.remainingNanos(environment))));
            }
        }
        if (rest != null) {
            stream.readTimeout(timeout);
        }
        return true;
    }

    /** Opens a session with a peer, connecting first if need be; blocks. The caller closes it. */
    public static PingSession session(Host host, PeerAddress peer) throws IOException {
        return session(host, peer, PingLimits.DEFAULT);
    }

    /** As {@link #session(Host, PeerAddress)}, with limits. */
    public static PingSession session(Host host, PeerAddress peer, PingLimits limits) throws IOException {
        Stream stream = host.open(peer, DialOptions.DEFAULT.withAllowLimited(), PROTOCOL);
        return new PingSession(host, stream, limits);
    }

    /** Pings a peer once and returns the round trip; blocks. */
    public static Duration once(Host host, PeerAddress peer) throws IOException {
        try (PingSession session = session(host, peer)) {
            return session.ping();
        }
    }

    @Override
    public void close() {
        registration.close();
    }
}
