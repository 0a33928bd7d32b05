package libp2p.testkit.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.connection.RawConnection;
import libp2p.core.host.TransportFactory;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.ForwardingRawConnection;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;

/**
 * One transport that {@link TransportHarness} is to try, with the settings of its hosts.
 *
 * @param name of the transport, as in the list of cases that it cannot do
 * @param listen the address that the server of a case listens on, for example {@code "/ip4/127.0.0.1/tcp/0"}
 * @param security the secure channel of the hosts; empty if the transport brings its own, and its own muxer
 * @param muxer the muxer of the hosts, or empty
 * @param transport makes the transport for each host of a case; hosts of one case can reach each other
 * @param settings of every host, for example the key of a private network
 */
public record TransportUnderTest(
        String name,
        String listen,
        String security,
        String muxer,
        Supplier<TransportFactory> transport,
        UnaryOperator<HostBuilder> settings) {
    static final ConnectionLimits LIMITS = new ConnectionLimits(Duration.ofMinutes(2), 1 << 17);

    HostBuilder host() {
        HostBuilder host = settings.apply(Libp2p.host().transports(transport.get()));
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
