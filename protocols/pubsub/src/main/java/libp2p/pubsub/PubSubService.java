package libp2p.pubsub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.event.HostEvent.PeerProtocolsChanged;
import libp2p.core.event.Subscription;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.PubSub;
import libp2p.pubsub.router.PendingMessage;
import libp2p.pubsub.router.RouterOutput;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.score.PeerScores;
import libp2p.pubsub.trace.PubSubCounters;
import org.jspecify.annotations.Nullable;

/** GossipSub of one host; see {@link GossipSub}. Thread-safe. */
public final class PubSubService implements PubSub, HostService {
    private final GossipSub family;
    private final PubSubLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, List<Subscriber>> subscribers = new ConcurrentHashMap<>();
    private final Map<String, List<PubSub.Validator>> validators = new ConcurrentHashMap<>();
    private final Map<String, TopicOptions> options = new LinkedHashMap<>();
    private final AtomicLong sequence = new AtomicLong();
    private final PubSubCounters counters = new PubSubCounters();
    private final List<Registration> registrations = new ArrayList<>();
    private @Nullable Running running;

    /** The parts that exist from {@link #start} on. */
    private record Running(
            Host host,
            LockedRouter core,
            PeerLinks links,
            Validation validation,
            PeerExchangeConnector peerExchange,
            PartialPeers partials,
            RepeatingTimer heartbeat,
            Subscription<PeerProtocolsChanged> events) {}

    PubSubService(GossipSub family) {
        this.family = family.andObserver(counters);
        this.limits = family.limits;
    }

    private Running running() {
        Running current = running;
        if (current == null) {
            throw new IllegalStateException(
                    "pubsub is not started; give GossipSub to the builder of a host by with(…)");
        }
        return current;
    }

    @Override
    public void start(Host host) {
        Environment environment = host.environment();
        family.parameters.direct().forEach(peer -> host.connectionManager().protect(peer, GossipSub.SERVICE));
        GossipSub observed = family.andObserver(new ConnectionMerits(host.connectionManager()));
        LockedRouter core = new LockedRouter(
                environment, host.peerId(), observed, PeerExchangeConnector.records(host), new LinkOutput());
        PeerLinks links = new PeerLinks(host, core, family);
        Validation validation = new Validation(environment, family.verifier(), limits.queues(), new Validation.Parts() {
            @Override
            public List<PubSub.Validator> validators(String topic) {
                return validatorsOf(topic);
            }

            @Override
            public LockedRouter core() {
                return core;
            }
        });
        PeerExchangeConnector peerExchange = new PeerExchangeConnector(
                host, family.parameters.direct(), limits.queues().connects());
        var events = host.events().subscribe(PeerProtocolsChanged.class);
        RepeatingTimer heartbeat = new RepeatingTimer(environment, this::beat);
        PartialPeers partials =
                new PartialPeers(core, links, family.parameters.extensions().partialMessages());
        running = new Running(host, core, links, validation, peerExchange, partials, heartbeat, events);
        if (family.partials != null) {
            family.partials.started(partials, environment);
        }
        sequence.set(environment.wallClock().toEpochMilli() * 1_000_000L);
        HandlerOptions handling = HandlerOptions.DEFAULT.withService(GossipSub.SERVICE);
        for (String protocol : family.protocols) {
            registrations.add(host.handle(protocol, handling, this::receive));
        }
        environment.start("pubsub-events", this::watch);
        heartbeat.arm(family.parameters.timing().firstHeartbeat().toNanos());
    }

    private void watch() {
        try {
            PeerProtocolsChanged event;
            while ((event = running().events().take(Deadline.NONE)) != null) {
                running().links().consider(event.peer(), event.protocols());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beat(RepeatingTimer timer) {
        Running now = running();
        timer.arm(family.parameters.timing().heartbeat().toNanos());
        for (PeerLink link : now.links().all()) {
            int drops = link.newDrops();
            if (drops > 0) {
                now.core().dropped(link.peer(), drops);
            }
        }
        now.core().heartbeat();
        if (family.partials != null) {
            family.partials.heartbeat();
        }
        now.links().retry();
    }

    @Override
    public void connectionClosed(Connection connection) {
        running().links().connectionClosed(connection);
    }

    /** Takes a stream on which a peer sends; later bytes are read by other threads. */
    private void receive(Stream stream) throws IOException, InterruptedException {
        Running now = running();
        PeerId peer = stream.connection().remotePeer();
        PeerLink link = now.links().link(peer);
        if (link == null) {
            stream.reset(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
            return;
        }
        boolean again = link.inboundOpened(stream);
        if (!link.awaitKnown(
                Deadline.after(now.host().environment(), limits.queues().writeTimeout()))) {
            stream.reset(ErrorCode.NONE);
            return;
        }
        if (again) {
            now.core().reopened(peer, false);
        }
        stream.detach();
        new InboundStream(now.host().environment(), now.core(), now.validation(), link, stream, limits.frame()).begin();
    }

    private List<PubSub.Validator> validatorsOf(String topic) {
        return validators.getOrDefault(topic, List.of());
    }

    /** The orders of the router, given under its lock. */
    private final class LinkOutput implements RouterOutput {
        private List<PendingMessage> displaced = List.of();

        @Override
        public void send(PeerId to, Rpc rpc, Priority priority) {
            PeerLink link = running().links().get(to);
            if (link != null) {
                link.offer(rpc, priority);
                running().core().markPending(link);
            }
        }

        @Override
        public long room(PeerId to) {
            return running().links().room(to);
        }

        @Override
        public boolean validate(PendingMessage candidate) {
            List<PendingMessage> dropped = running().validation().offer(candidate);
            displaced = dropped;
            return !dropped.contains(candidate);
        }

        @Override
        public List<PendingMessage> displaced() {
            return displaced;
        }

        @Override
        public void deliver(libp2p.pubsub.rpc.Message message, MessageId id, PeerId relayedBy) {
            List<Subscriber> listening = subscribers.getOrDefault(message.topic(), List.of());
            if (!listening.isEmpty()) {
                Message seen = Validation.message(message, id, relayedBy);
                listening.forEach(subscriber -> subscriber.offer(seen));
            }
        }

        @Override
        public void connect(PeerId peer, byte @Nullable [] record) {
            running().peerExchange().connect(peer, record);
        }

        @Override
        public void partial(PeerId from, Rpc.Partial partial) {
            GossipSub.PartialListener listener = family.partials;
            if (listener != null) {
                listener.partial(from, partial);
            }
        }
    }

    /** Joins a topic, which makes it ready for publishing and subscribing. */
    public Topic join(String topic) {
        return join(topic, TopicOptions.DEFAULT);
    }

    /** As {@link #join(String)}, with options, which hold for all users of the topic from now on. */
    public Topic join(String topic, TopicOptions how) {
        require(topic);
        lock.lock();
        try {
            options.put(topic, how);
        } finally {
            lock.unlock();
        }
        if (how.scores() != null) {
            running().core().declare(topic, how.scores());
        }
        if (how.messageBytes() < Integer.MAX_VALUE) {
            validator(topic, message -> message.data().length > how.messageBytes() ? Verdict.REJECT : Verdict.ACCEPT);
        }
        return new Topic(this, topic);
    }

    private void require(String topic) {
        int bytes = topic.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > limits.frame().topicBytes()) {
            throw new IllegalArgumentException("the name of a topic has " + bytes + " bytes, more than the limit of "
                    + limits.frame().topicBytes());
        }
    }

    /** @throws IllegalStateException if this host has joined too many topics */
    @Override
    public Registration subscribe(String topic, Listener listener) {
        require(topic);
        Running now = running();
        Subscriber subscriber = new Subscriber(now.host().environment(), listener, limits.queues());
        lock.lock();
        try {
            List<Subscriber> there = subscribers.get(topic);
            if (there == null) {
                if (subscribers.size() >= limits.state().topics()) {
                    throw new IllegalStateException(
                            "more topics than the limit of " + limits.state().topics());
                }
                there = new CopyOnWriteArrayList<>();
                subscribers.put(topic, there);
                TopicOptions how = options.getOrDefault(topic, TopicOptions.DEFAULT);
                there.add(subscriber);
                now.core().join(new Rpc.Subscription(true, topic, how.requestsPartial(), how.supportsPartial()));
            } else {
                there.add(subscriber);
            }
        } finally {
            lock.unlock();
        }
        now.host().environment().start("pubsub-listener", subscriber);
        return () -> unsubscribe(topic, subscriber);
    }

    private void unsubscribe(String topic, Subscriber subscriber) {
        subscriber.close();
        lock.lock();
        try {
            List<Subscriber> there = subscribers.get(topic);
            if (there != null && there.remove(subscriber) && there.isEmpty()) {
                subscribers.remove(topic);
                running().core().leave(topic);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends all subscriptions of this host to a topic; idempotent. */
    public void unsubscribe(String topic) {
        subscribers.getOrDefault(topic, List.of()).forEach(subscriber -> unsubscribe(topic, subscriber));
    }

    /** Ends the subscriptions of one listener to a topic; idempotent. */
    public void unsubscribe(String topic, Listener listener) {
        subscribers.getOrDefault(topic, List.of()).stream()
                .filter(subscriber -> subscriber.listener() == listener)
                .forEach(subscriber -> unsubscribe(topic, subscriber));
    }

    @Override
    public Registration validator(String topic, Validator validator) {
        validators.computeIfAbsent(topic, key -> new CopyOnWriteArrayList<>()).add(validator);
        return () -> validators.computeIfPresent(topic, (key, list) -> {
            list.remove(validator);
            return list.isEmpty() ? null : list;
        });
    }

    @Override
    public byte[] publish(String topic, byte[] data) throws IOException {
        return publishAll(topic, List.of(data)).get(0);
    }

    @Override
    public byte[] publish(String topic, byte[] data, int peers, Deadline deadline) throws IOException {
        awaitPeers(topic, peers, deadline);
        return publish(topic, data);
    }

    /**
     * Waits until so many peers are known to be subscribed to a topic.
     *
     * @throws DeadlineExceededException if there are fewer when the deadline passes
     */
    public void awaitPeers(String topic, int peers, Deadline deadline) throws IOException {
        try {
            if (!running().core().await(view -> view.peers(topic).size() >= peers, deadline)) {
                throw new DeadlineExceededException("fewer than " + peers + " peers of the topic");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for peers of the topic");
        }
    }

    /**
     * Publishes several messages at once: every one leaves once before any leaves twice, so that the first peers can
     * share the work of spreading them.
     *
     * @return their ids
     * @throws IOException if one is longer than the limit or a validator of this host does not accept it; none is
     *     published
     */
    public List<byte[]> publishAll(String topic, List<byte[]> data) throws IOException {
        require(topic);
        Running now = running();
        List<libp2p.pubsub.rpc.Message> messages = new ArrayList<>();
        List<MessageId> ids = new ArrayList<>();
        for (byte[] one : data) {
            libp2p.pubsub.rpc.Message message =
                    family.signing.author(now.host().identity(), topic, one.clone(), sequence.incrementAndGet());
            MessageId id = now.core().id(message);
            check(message, id);
            messages.add(message);
            ids.add(id);
        }
        now.core().publish(messages, ids);
        List<byte[]> result = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            List<Subscriber> listening = subscribers.getOrDefault(topic, List.of());
            if (!listening.isEmpty()) {
                Message seen = Validation.message(
                        messages.get(i), ids.get(i), now.host().peerId());
                listening.forEach(subscriber -> subscriber.offer(seen));
            }
            result.add(ids.get(i).toBytes());
        }
        return result;
    }

    private void check(libp2p.pubsub.rpc.Message message, MessageId id) throws IOException {
        if (message.size() > limits.frame().messageBytes()) {
            throw new RefusedMessageException("a message of " + message.size() + " bytes, more than the limit of "
                    + limits.frame().messageBytes());
        }
        List<PubSub.Validator> asked = validatorsOf(message.topic());
        if (!asked.isEmpty()) {
            Message seen = Validation.message(message, id, running().host().peerId());
            if (Validation.verdict(asked, seen) != libp2p.pubsub.router.ValidationResult.ACCEPT) {
                throw new RefusedMessageException("a validator of this host refuses the message");
            }
        }
    }

    /**
     * Waits until everything that was to be sent has been handed to the streams, or dropped.
     *
     * @return false if the deadline passed first
     */
    public boolean awaitSent(Deadline deadline) throws InterruptedException {
        Running now = running();
        return now.core().await(view -> now.links().all().stream().allMatch(PeerLink::isIdle), deadline);
    }

    /** The peers that exchange parts of messages (extension "partial messages"). */
    public PartialPeers partials() {
        return running().partials();
    }

    @Override
    public List<String> topics() {
        return running().core().view(view -> view.topics());
    }

    @Override
    public List<PeerId> peers(String topic) {
        return running().core().view(view -> view.peers(topic));
    }

    /** The topics that connected peers are subscribed to, sorted. */
    public List<String> topicsOfPeers() {
        return running().core().view(view -> view.topicsOfPeers());
    }

    /**
     * Waits until a peer has told of a topic.
     *
     * @return false if the deadline passed first
     */
    public boolean awaitTopics(Deadline deadline) throws InterruptedException {
        return running().core().await(view -> !view.topicsOfPeers().isEmpty(), deadline);
    }

    /** The peers in the mesh of a topic, sorted. */
    public List<PeerId> mesh(String topic) {
        return running().core().view(view -> view.mesh(topic));
    }

    /** The peers that pubsub is spoken with, sorted. */
    public List<PeerId> peers() {
        return running().core().view(view -> view.peers());
    }

    /** The protocol agreed on with a peer, or null. */
    public @Nullable String protocol(PeerId peer) {
        return running().core().view(view -> {
            var version = view.version(peer);
            return version == null ? null : version.protocol();
        });
    }

    /** The scores of the connected peers, part by part. */
    public List<PeerScores.Snapshot> scores() {
        return running().core().view(view -> view.scores());
    }

    /** The counters since the start. */
    public PubSubCounters counters() {
        return counters;
    }

    /** Messages that the listeners of a topic were too slow to take. */
    public long dropped(String topic) {
        return subscribers.getOrDefault(topic, List.of()).stream()
                .mapToLong(Subscriber::dropped)
                .sum();
    }

    /** Leaves all topics, so that meshes heal at once. */
    @Override
    public void closing(Deadline deadline) {
        try {
            for (String topic : topics()) {
                running().core().leave(topic);
            }
            awaitSent(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        Running now = running;
        if (now == null) {
            return;
        }
        now.heartbeat().close();
        now.events().close();
        registrations.forEach(Registration::close);
        now.validation().close();
        now.links().close();
        now.peerExchange().close();
        subscribers.values().forEach(list -> list.forEach(Subscriber::close));
    }
}
