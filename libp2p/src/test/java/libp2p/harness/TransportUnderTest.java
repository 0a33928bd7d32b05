package libp2p.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.ForwardingRawConnection;
import libp2p.core.transport.RawConnection;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.TransportFactory;
import libp2p.core.transport.Upgrader;
import libp2p.security.pnet.PreSharedKey;
import libp2p.swarm.memory.MemoryNetwork;
import libp2p.transports.quic.Limits;
import libp2p.transports.quic.QuicTransport;
import libp2p.transports.tcp.SharedTcpPorts;
import libp2p.transports.tcp.TcpTransport;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.TlsTrust;

/**
 * One transport with its secure channel and muxer. Another joins by one more entry of {@link #all}.
 *
 * @param name as in {@code unsupported.txt}
 * @param listen where the server listens
 * @param security the secure channel; empty if the transport brings its own, and its own muxer
 * @param transport makes the transport for each host of a case; hosts of one case can reach each other
 */
record TransportUnderTest(
        String name, String listen, String security, String muxer, Supplier<TransportFactory> transport) {
    /** TCP in a private network. */
    private static final String PRIVATE = "tcp-pnet";

    static final ConnectionLimits LIMITS = new ConnectionLimits(java.time.Duration.ofMinutes(2), 1 << 17);

    static List<TransportUnderTest> all() {
        List<TransportUnderTest> all = new ArrayList<>();
        MemoryNetwork memory = new MemoryNetwork();
        all.add(new TransportUnderTest("memory", "/memory/0", "noise", "yamux", memory::factory));
        for (String security : List.of("noise", "tls")) {
            for (String muxer : List.of("yamux", "mplex")) {
                all.add(new TransportUnderTest(
                        "tcp-" + security + "-" + muxer,
                        "/ip4/127.0.0.1/tcp/0",
                        security,
                        muxer,
                        () -> TcpTransport.factory(TcpTransport.Options.DEFAULT)));
            }
        }
        all.add(new TransportUnderTest(
                PRIVATE,
                "/ip4/127.0.0.1/tcp/0",
                "noise",
                "yamux",
                () -> TcpTransport.factory(TcpTransport.Options.DEFAULT)));
        WebSocketTransport.Options options = WebSocketTransport.Options.DEFAULT.withTrust(TlsTrust.insecure());
        Supplier<TransportFactory> webSocket = () -> WebSocketTransport.factory(options, new SharedTcpPorts());
        all.add(new TransportUnderTest("ws", "/ip4/127.0.0.1/tcp/0/ws", "noise", "yamux", webSocket));
        all.add(new TransportUnderTest("wss", "/ip4/127.0.0.1/tcp/0/tls/ws", "noise", "yamux", webSocket));
        all.add(new TransportUnderTest(
                "quic", "/ip4/127.0.0.1/udp/0/quic-v1", "", "", () -> QuicTransport.factory(Limits.DEFAULT)));
        return all;
    }

    HostBuilder host() {
        HostBuilder host = Libp2p.host().transports(transport.get());
        if (name.equals(PRIVATE)) {
            host.privateNetwork(PreSharedKey.of(new byte[32]));
        }
        return security.isEmpty() ? host : host.security(security).muxers(muxer);
    }

    /** A host whose raw connections say that a relay limits them. */
    HostBuilder limitedHost() {
        TransportFactory inner = transport.get();
        return host().transports(context -> inner.create(context.withUpgrader(new Limiting(context.upgrader()))));
    }

    private record Limiting(Upgrader inner) implements Upgrader {
        @Override
        public TransportConnection outbound(String transport, RawConnection raw, DialRequest request)
                throws IOException {
            return inner.outbound(transport, new LimitedRaw(raw), request);
        }

        @Override
        public TransportConnection inbound(String transport, RawConnection raw, ConnectionScope scope)
                throws IOException {
            return inner.inbound(transport, new LimitedRaw(raw), scope);
        }
    }

    private static final class LimitedRaw extends ForwardingRawConnection {
        LimitedRaw(RawConnection raw) {
            super(raw);
        }

        @Override
        public ConnectionLimits limits() {
            return LIMITS;
        }
    }
}
