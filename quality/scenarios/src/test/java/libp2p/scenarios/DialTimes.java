package libp2p.scenarios;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.host.TransportFactory;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.ForwardingTransport;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedEnvironment;

/** Remembers when a host handed which address to a transport to dial. */
final class DialTimes {
    private final SimulatedEnvironment environment;
    private final Map<String, Long> milliseconds = new LinkedHashMap<>();
    private long start;

    DialTimes(SimulatedEnvironment environment) {
        this.environment = environment;
    }

    /** Forgets what was; times count from now. */
    void begin() {
        milliseconds.clear();
        start = environment.nanoTime();
    }

    /** From addresses to milliseconds, in the order of the dials; only the first of each address. */
    Map<String, Long> milliseconds() {
        return Map.copyOf(milliseconds);
    }

    /** The addresses in the order in which they were dialed. */
    List<String> order() {
        return List.copyOf(milliseconds.keySet());
    }

    TransportFactory watch(TransportFactory factory) {
        return context -> new Watched(factory.create(context));
    }

    private final class Watched extends ForwardingTransport {
        Watched(Transport inner) {
            super(inner);
        }

        @Override
        public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
            milliseconds.putIfAbsent(address.toString(), (environment.nanoTime() - start) / 1_000_000);
            return inner.dial(address, request);
        }
    }
}
