package libp2p.discovery.pubsub;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressScope;
import libp2p.core.peer.Peerstore;
import libp2p.core.routing.PubSub;
import libp2p.discovery.dials.FoundPeerDials;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Peers that announce themselves on a topic: this host says every ten seconds where it is, and connects to others that
 * do so while it has dialed few peers; each is a {@link PeerAnnounced}. It needs a pubsub on the host, and one peer of
 * the topic to begin with. The message is that of {@code @libp2p/pubsub-peer-discovery} of js-libp2p.
 *
 * <p>An announcement whose author is known counts only if it is the author's own. What it says of addresses is not
 * proved: private and loopback addresses are taken only from a neighbour that is itself connected over such an one.
 * Thread-safe.
 */
public final class PubSubPeerDiscovery implements HostService {
    /** The topic that js-libp2p uses when it is told of no other. */
    public static final String TOPIC = "_peer-discovery._p2p._pubsub";

    /** Connections beyond which a host that was told of no other number dials none. */
    public static final int CONNECTIONS = 32;

    private static final System.Logger LOG = System.getLogger(PubSubPeerDiscovery.class.getName());

    private final List<String> topics;
    private final boolean isAnnouncing;
    private final int connections;
    private volatile PubSubDiscoveryLimits limits;
    private final AtomicReference<@Nullable Running> running = new AtomicReference<>();

    private record Running(
            Host host, PubSub pubsub, FoundPeerDials dials, List<Registration> registrations, RepeatingTimer timer) {}

    private PubSubPeerDiscovery(
            List<String> topics, boolean isAnnouncing, int connections, PubSubDiscoveryLimits limits) {
        this.topics = List.copyOf(topics);
        this.isAnnouncing = isAnnouncing;
        this.connections = connections;
        this.limits = limits;
    }

    /** On these topics, or on {@link #TOPIC} if none is named. */
    public static PubSubPeerDiscovery on(String... topics) {
        return new PubSubPeerDiscovery(
                topics.length == 0 ? List.of(TOPIC) : List.of(topics),
                true,
                CONNECTIONS,
                PubSubDiscoveryLimits.DEFAULT);
    }

    /** One that hears others and does not announce this host. */
    public PubSubPeerDiscovery listeningOnly() {
        return new PubSubPeerDiscovery(topics, false, connections, limits);
    }

    /**
     * One that dials while the host has dialed fewer peers that are connected.
     *
     * @param value 0 to dial none
     */
    public PubSubPeerDiscovery withConnections(int value) {
        if (value < 0) {
            throw new IllegalArgumentException(value + " connections");
        }
        return new PubSubPeerDiscovery(topics, isAnnouncing, value, limits);
    }

    /** One with other bounds. */
    public PubSubPeerDiscovery withLimits(PubSubDiscoveryLimits value) {
        return new PubSubPeerDiscovery(topics, isAnnouncing, connections, value);
    }

    @Override
    public void start(Host host) {
        limits = host.limits(limits);
        Running begun = new Running(
                host,
                host.find(PubSub.class)
                        .orElseThrow(() -> new IllegalStateException("there is no pubsub to find peers by")),
                new FoundPeerDials(host, connections, limits.dials(), "announced on a topic"),
                new ArrayList<>(),
                new RepeatingTimer(host.environment(), this::announce));
        if (!running.compareAndSet(null, begun)) {
            throw new IllegalStateException("peers are found for one host");
        }
    }

    @Override
    public void listening() {
        Running now = Objects.requireNonNull(running.get());
        for (String topic : topics) {
            now.registrations().add(now.pubsub().subscribe(topic, message -> heard(now, message)));
        }
        if (isAnnouncing) {
            now.timer().arm(0);
        }
    }

    private void announce(RepeatingTimer again) {
        Running now = Objects.requireNonNull(running.get());
        again.arm(limits.interval().toNanos());
        List<Multiaddr> addresses = now.host().addresses();
        if (addresses.isEmpty()) {
            return;
        }
        byte[] announcement = new PeerAnnouncement(
                        now.host().identity().publicKey(),
                        addresses.subList(0, Math.min(addresses.size(), limits.addresses())))
                .encode();
        for (String topic : topics) {
            try {
                now.pubsub().publish(topic, announcement);
            } catch (IOException | IllegalStateException e) { // the host may be closing
                LOG.log(Level.DEBUG, () -> "not announced on " + topic + ": " + e.getMessage());
            }
        }
    }

    private void heard(Running now, PubSub.Message message) {
        PeerAnnouncement announcement;
        try {
            announcement = PeerAnnouncement.decode(message.data(), limits);
        } catch (IOException e) {
            // no blame for those who relayed it: js-libp2p does not look into what it relays
            LOG.log(Level.DEBUG, () -> "an announcement from " + message.receivedFrom() + ": " + e.getMessage());
            return;
        }
        PeerId peer = announcement.peer();
        if (peer.equals(now.host().peerId())
                || message.author() != null && !message.author().equals(peer)) {
            return;
        }
        List<Multiaddr> addresses = scope(now.host(), message.receivedFrom()).fitting(announcement.addresses());
        if (addresses.isEmpty()) {
            return;
        }
        now.host().peerstore().addAddresses(peer, addresses, Peerstore.Source.ROUTING, Peerstore.TEMPORARY);
        now.host().events().publish(new PeerAnnounced(peer, addresses, message.topic()));
        now.dials().found(now.host().groupOf(message.receivedFrom()), List.of(PeerAddress.of(peer, addresses)));
    }

    /** The nearest network over which a neighbour is connected: nearer addresses mean nothing here. */
    private static AddressScope scope(Host host, PeerId neighbour) {
        AddressScope nearest = AddressScope.nearest(host.connections(neighbour));
        return nearest == null ? AddressScope.INTERNET : nearest;
    }

    /** Announces and dials no more; does not wait. */
    @Override
    public void close() {
        Running now = running.get();
        if (now != null) {
            now.timer().close();
            now.dials().close();
            now.registrations().forEach(Registration::close);
        }
    }
}
