package libp2p.application.event;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.application.event.AppEvent.MessageReceived;
import libp2p.application.event.AppEvent.NetworkError;
import libp2p.application.event.AppEvent.PeerConnected;
import libp2p.application.event.AppEvent.PeerDisconnected;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.event.EventBus;
import libp2p.core.event.EventRegistration;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.HostEvent.ConnectionPhase;
import libp2p.core.event.HostEvent.ConnectionPhaseChanged;
import libp2p.core.event.HostEvent.PeerIdentificationFailed;
import libp2p.core.host.Host;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Crowd;
import libp2p.core.resource.Direction;
import libp2p.core.routing.PubSub;

/**
 * One stream of events for the named handlers of an application: peers that come and go, messages of the topics that it
 * has joined, and errors of the network.
 *
 * <p>Each handler gets all events, one at a time in their order, on a thread of its own that exists only while there are
 * some. So a handler that blocks or throws disturbs no other. What it has not taken yet waits in a queue of bounded
 * length ({@link EventDrivenLimits}): when that is full the events of each peer are merged to its last state, which is
 * never lost; then the oldest {@link MessageReceived} of the topic and network with most of them, or the oldest {@link
 * NetworkError}, is dropped and {@linkplain HandlerRegistration#dropped counted}.
 *
 * <p>Thread-safe. The application closes it, before the host or after it.
 */
public final class EventDrivenApp implements AutoCloseable {
    private final Host host;
    private final EventDrivenLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, HandlerCalls> handlers = new LinkedHashMap<>();
    private final Map<String, Registration> topics = new LinkedHashMap<>();
    private final List<EventRegistration> subscriptions = new ArrayList<>();
    /** The peers that are connected, as far as has been told. */
    private final Set<PeerId> connected = new LinkedHashSet<>();

    private boolean closed;

    private EventDrivenApp(Host host) {
        this.host = host;
        this.limits = host.limits(EventDrivenLimits.DEFAULT);
    }

    /** Begins to take the events of a host. */
    public static EventDrivenApp on(Host host) {
        EventDrivenApp app = new EventDrivenApp(host);
        app.begin();
        return app;
    }

    /** Those that are connected already come first: the lock keeps events of the host back meanwhile. */
    private void begin() {
        EventBus events = host.events();
        lock.lock();
        try {
            subscriptions.add(events.subscribe(ConnectednessChanged.class, this::connectednessChanged));
            subscriptions.add(events.subscribe(ConnectionPhaseChanged.class, this::phaseChanged));
            subscriptions.add(events.subscribe(PeerIdentificationFailed.class, this::identificationFailed));
            host.connections().stream().map(Connection::remotePeer).forEach(connected::add);
        } finally {
            lock.unlock();
        }
    }

    private void connectednessChanged(ConnectednessChanged event) {
        PeerId peer = event.peer();
        lock.lock();
        try {
            if (event.connectedness() == Connectedness.NOT_CONNECTED) {
                if (connected.remove(peer)) {
                    tell(new PeerDisconnected(peer));
                }
            } else if (connected.add(peer)) {
                tell(new PeerConnected(peer));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Strangers that fail before they have shown who they are make no events. */
    private void phaseChanged(ConnectionPhaseChanged event) {
        CloseReason reason = event.reason();
        if (event.phase() != ConnectionPhase.CLOSED || reason == null || reason.cause() == null) {
            return;
        }
        if (event.direction() == Direction.OUTBOUND || event.peer() != null) {
            report(new NetworkError(event.peer(), event.toString(), reason.cause()));
        }
    }

    /** The end of a connection is an event of its own. */
    private void identificationFailed(PeerIdentificationFailed event) {
        if (event.cause() instanceof ConnectionClosedException) {
            return;
        }
        report(new NetworkError(
                event.peer(), "identify failed: " + event.cause().getMessage(), event.cause()));
    }

    /**
     * Adds a handler, which first hears of the peers that are connected now. One of the same name is replaced: it gets
     * no more events.
     *
     * @throws IllegalStateException if this is closed
     */
    public HandlerRegistration register(String name, EventHandler handler) {
        HandlerCalls calls = new HandlerCalls(name, handler, host.environment(), limits, this::remove);
        HandlerCalls replaced;
        lock.lock();
        try {
            requireOpen();
            replaced = handlers.put(name, calls);
            connected.forEach(peer -> calls.offer(new PeerConnected(peer), ""));
        } finally {
            lock.unlock();
        }
        if (replaced != null) {
            replaced.close();
        }
        return calls;
    }

    private void remove(HandlerCalls calls) {
        lock.lock();
        try {
            handlers.remove(calls.name(), calls);
        } finally {
            lock.unlock();
        }
    }

    /** The names of the handlers, in the order in which they were registered. */
    public List<String> handlers() {
        lock.lock();
        try {
            return List.copyOf(handlers.keySet());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Subscribes to a topic, whose messages become {@link MessageReceived} events, until this is closed or {@link #leave
     * left}. A second call does nothing.
     *
     * @throws IllegalStateException if this is closed, or the host has no pubsub
     */
    public void join(String topic) {
        lock.lock();
        try {
            requireOpen();
            if (!topics.containsKey(topic)) {
                topics.put(topic, pubsub().subscribe(topic, this::received));
            }
        } finally {
            lock.unlock();
        }
    }

    private void received(PubSub.Message message) {
        PeerId author = message.author();
        PeerId from = author == null ? message.receivedFrom() : author;
        tellLocked(new MessageReceived(message.topic(), from, message.data()), networkOf(message.receivedFrom()));
    }

    /** The network of the connection over which a peer has sent a message. */
    private String networkOf(PeerId relay) {
        List<Connection> open = host.connections(relay);
        return open.isEmpty() ? "" : Crowd.groupOf(open.getFirst().remoteAddress());
    }

    /** Ends the subscription to a topic, if there is one. */
    public void leave(String topic) {
        Registration registration;
        lock.lock();
        try {
            registration = topics.remove(topic);
        } finally {
            lock.unlock();
        }
        if (registration != null) {
            registration.close();
        }
    }

    /**
     * Publishes a message to a topic; returns when it is on its way to the peers that are known now. Where the topic is
     * joined the message comes back as an event.
     *
     * @throws IOException if the message is longer than the limit, or a validator of this host does not accept it
     * @throws IllegalStateException if the host has no pubsub
     */
    public void publish(String topic, byte[] data) throws IOException {
        pubsub().publish(topic, data);
    }

    /** Tells the handlers of an error that the application has met. */
    public void report(NetworkError error) {
        tellLocked(error, "");
    }

    private PubSub pubsub() {
        return host.find(PubSub.class)
                .orElseThrow(() -> new IllegalStateException("the host has no pubsub: add GossipSub to it"));
    }

    private void tellLocked(AppEvent event, String network) {
        lock.lock();
        try {
            tell(event, network);
        } finally {
            lock.unlock();
        }
    }

    private void tell(AppEvent event) {
        tell(event, "");
    }

    private void tell(AppEvent event, String network) {
        handlers.values().forEach(handler -> handler.offer(event, network));
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the application is closed");
        }
    }

    /** Leaves the topics and ends the calls of all handlers; those that run go on. Idempotent; does not block. */
    @Override
    public void close() {
        List<Registration> left;
        List<HandlerCalls> ended;
        lock.lock();
        try {
            closed = true;
            left = List.copyOf(topics.values());
            ended = List.copyOf(handlers.values());
            topics.clear();
        } finally {
            lock.unlock();
        }
        subscriptions.forEach(EventRegistration::close);
        left.forEach(Registration::close);
        ended.forEach(HandlerCalls::close);
    }
}
