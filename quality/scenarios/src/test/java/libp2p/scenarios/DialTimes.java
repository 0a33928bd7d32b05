package libp2p.scenarios;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.host.TransportFactory;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.Listener;
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

    private final class Watched implements Transport {
        private final Transport inner;

        Watched(Transport inner) {
            this.inner = inner;
        }

        @Override
        public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
            milliseconds.putIfAbsent(address.toString(), (environment.nanoTime() - start) / 1_000_000);
            return inner.dial(address, request);
        }

        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public boolean canDial(Multiaddr address) {
            return inner.canDial(address);
        }

        @Override
        public boolean canListen(Multiaddr address) {
            return inner.canListen(address);
        }

        @Override
        public List<Multiaddr> resolve(Multiaddr address) {
            return inner.resolve(address);
        }

        @Override
        public Listener listen(Multiaddr address, ConnectionAcceptor inbound) throws IOException {
            return inner.listen(address, inbound);
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
