package libp2p.swarm;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Environment;
import libp2p.core.event.EventBus;
import libp2p.core.event.EventRegistration;
import libp2p.core.event.HostEvent;
import libp2p.core.event.Subscription;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.IsolatedDialer;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.transport.Transport;
import libp2p.swarm.breaker.CircuitBreakers;
import libp2p.swarm.connection.ConnectionPhases;
import libp2p.swarm.connection.ConnectionTable;
import libp2p.swarm.connection.Handlers;
import libp2p.swarm.connection.SwarmConnection;
import libp2p.swarm.dial.AddressResolver;
import libp2p.swarm.dial.Backoff;
import libp2p.swarm.dial.BlackHoleDetector;
import libp2p.swarm.dial.DialContext;
import libp2p.swarm.dial.DialSlots;
import libp2p.swarm.dial.Dialer;
import libp2p.swarm.dial.WeightedPeerSelector;
import libp2p.swarm.peerstore.MemoryPeerstore;
import libp2p.swarm.upgrade.DefaultUpgrader;
import libp2p.swarm.upgrade.MuxerChoice;

/**
 * The dialing half of a host once more, under another identity. It shares with the host what bounds both (resource
 * manager, gater, environment, places for dials) and nothing that tells of the host.
 */
final class IsolatedDialing implements IsolatedDialer {
    private static final EventBus NO_EVENTS = new EventBus() {
        @Override
        public <E extends HostEvent> Subscription<E> subscribe(
                Class<E> type, Predicate<? super E> wanted, Duration pace) {
            throw new UnsupportedOperationException("isolated dials have no events");
        }

        @Override
        public <E extends HostEvent> EventRegistration subscribe(Class<E> type, Consumer<? super E> handler) {
            throw new UnsupportedOperationException("isolated dials have no events");
        }

        @Override
        public boolean hasSubscribers(Class<? extends HostEvent> type) {
            return false;
        }

        @Override
        public void publish(HostEvent event) {
            // the connections are the caller's alone
        }
    };

    private final Environment environment;
    private final PeerId self;
    private final DefaultUpgrader upgrader;
    private final List<Transport> transports;
    private final MemoryPeerstore peerstore;
    private final ConnectionTable table;
    private final Dialer dialer;
    private final Runnable closeAction;

    /**
     * @param host whose circuits the isolated transports use
     * @param blackHoles of the host; only read
     * @param slots of the host
     * @param closeAction told when this dialer has been closed
     */
    IsolatedDialing(
            SwarmParts parts,
            Host host,
            Environment environment,
            BlackHoleDetector blackHoles,
            DialSlots slots,
            Runnable closeAction) {
        this.environment = environment;
        this.closeAction = closeAction;
        SwarmLimits limits = parts.limits();
        Identity identity = Identity.generate(environment);
        self = identity.peerId();
        peerstore = new MemoryPeerstore(environment);
        ConnectionPhases phases = new ConnectionPhases(NO_EVENTS);
        table = new ConnectionTable(
                parts.context(environment, new Handlers(0, limits.streams().protocolLength()), phases),
                parts.gater(),
                NO_EVENTS);
        List<SecurityProtocol> security = parts.security().stream()
                .map(protocol -> protocol.withIdentity(identity, environment))
                .toList();
        upgrader = new DefaultUpgrader(
                environment,
                self,
                security,
                new MuxerChoice(parts.muxers(), parts.acceptedMuxers()),
                parts.protector(),
                parts.gater(),
                phases,
                limits.listening().acceptTimeout(),
                limits.streams().negotiation());
        TransportFactory.Context context = new TransportFactory.Context(environment, identity, upgrader, host);
        transports = HostTransports.create(parts, context);
        dialer = new Dialer(new DialContext(
                environment,
                self,
                transports,
                table,
                peerstore,
                parts.resources(),
                parts.gater(),
                parts.observer(),
                AddressResolver.of(environment, transports, limits.resolving()),
                new Backoff(environment, limits.dialing().remembered()),
                blackHoles,
                new CircuitBreakers(
                        environment,
                        CircuitBreakers.Options.DEFAULT.withPeers(
                                limits.dialing().remembered())),
                new WeightedPeerSelector(environment, limits.dialing().remembered()),
                slots,
                null,
                Swarm.publicAddresses(parts),
                true,
                limits.dialing()));
    }

    @Override
    public PeerId peerId() {
        return self;
    }

    @Override
    public Connection dial(PeerAddress peer, DialOptions options) throws IOException {
        return dialer.connect(
                peer, options.withExactAddresses().withNewConnection().withIgnoreBackoff());
    }

    @Override
    public void close() {
        dialer.close();
        upgrader.close();
        for (SwarmConnection connection : table.closeTable()) {
            // closing may wait for a slow transport
            environment.start(
                    "close-isolated-" + connection.id(),
                    () -> connection.close(ErrorCode.CONNECTION_SHUTDOWN, "the dialer is closed"));
        }
        transports.forEach(Transport::close);
        peerstore.close();
        closeAction.run();
    }
}
