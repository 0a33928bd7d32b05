package libp2p.interop.contract;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.TlsTrust;

/** Carries out the orders of one role. */
final class Role {
    private final Orders orders;
    private final PrintStream out;
    private final long end;

    Role(Orders orders, PrintStream out) {
        this.orders = orders;
        this.out = out;
        end = System.nanoTime() + orders.timeout().toNanos();
    }

    /** Dials and reports, or listens until the time of the test is over or this thread is interrupted. */
    void run() throws IOException, InterruptedException {
        try (Redis redis = RedisWait.connect(orders.redis(), end)) {
            if (orders.dialer()) {
                dial(redis);
            } else {
                listen(redis);
            }
        }
    }

    private void listen(Redis redis) throws IOException, InterruptedException {
        try (Host host = builder().listen(orders.listenAddress()).start()) {
            Multiaddr address = reachable(host.addresses());
            redis.push(orders.key(), address.withPeer(host.peerId().toBytes()).toString());
            Thread.sleep(left());
            throw new IOException(
                    "the listener was not ended within " + orders.timeout().toSeconds() + " s");
        }
    }

    /** The address that other machines can dial, if there is one. */
    static Multiaddr reachable(List<Multiaddr> addresses) throws IOException {
        return addresses.stream()
                .filter(address -> !address.toString().matches("/ip4/127\\..*|/ip6/(::1|fe80).*"))
                .findFirst()
                .or(() -> addresses.stream().findFirst())
                .orElseThrow(() -> new IOException("there is no address to tell"));
    }

    private void dial(Redis redis) throws IOException {
        String address = redis.pop(orders.key(), left())
                .orElseThrow(() -> new IOException("no listener has told its address under " + orders.key()));
        try (Host host = builder().start()) {
            out.println(measure(host, PeerAddress.parse(address)).text(orders.dialect()));
            out.flush();
        }
    }

    private static Measurement measure(Host host, PeerAddress peer) throws IOException {
        long start = System.nanoTime();
        host.connect(peer);
        try (PingSession session = Ping.session(host, peer)) {
            session.ping();
            Duration handshake = Duration.ofNanos(System.nanoTime() - start);
            return new Measurement(handshake, session.ping());
        }
    }

    private HostBuilder builder() {
        // as the programs of the others do: the listeners of the contracts sign their certificates themselves
        HostBuilder builder =
                Libp2p.host().webSocket(WebSocketTransport.Options.DEFAULT.withTrust(TlsTrust.insecure()));
        orders.security().ifPresent(builder::security);
        orders.muxer().ifPresent(builder::muxers);
        return builder;
    }

    private Duration left() throws InterruptedIOException {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        if (!left.isPositive()) {
            throw new InterruptedIOException(
                    "the test has used up its " + orders.timeout().toSeconds() + " s");
        }
        return left;
    }
}
