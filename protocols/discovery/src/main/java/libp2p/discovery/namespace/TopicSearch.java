package libp2p.discovery.namespace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.connection.HostClosedException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.routing.Discovery;
import libp2p.core.routing.PubSub;
import libp2p.core.routing.Results;

/** The looks of a {@link TopicDiscovery}: one at a time, by the thread of a timer. */
final class TopicSearch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TopicSearch.class.getName());

    private final Host host;
    private final PubSub pubsub;
    private final Discovery discovery;
    private final TopicDiscovery.Options options;
    private final NamespaceLimits limits;
    private final Advertiser advertiser;
    private final RepeatingTimer timer;
    /** Of the thread of the timer. */
    private final Map<String, Care> cares = new HashMap<>();

    private volatile boolean closed;

    TopicSearch(Host host, PubSub pubsub, Discovery discovery, TopicDiscovery.Options options, NamespaceLimits limits) {
        this.host = host;
        this.pubsub = pubsub;
        this.discovery = discovery;
        this.options = options;
        this.limits = limits;
        this.advertiser = new Advertiser(host.environment(), discovery, limits);
        this.timer = new RepeatingTimer(host.environment(), this::look);
    }

    /** The work for one topic. */
    private static final class Care {
        final Registration announcement;
        long searchAt = Long.MIN_VALUE;
        int inVain;

        Care(Registration announcement) {
            this.announcement = announcement;
        }
    }

    void begin() {
        timer.arm(0);
    }

    private void look(RepeatingTimer again) {
        List<String> topics = pubsub.topics().stream()
                .filter(topic -> TopicDiscovery.namespaceOf(topic).getBytes(UTF_8).length <= limits.namespaceBytes())
                .limit(options.topics())
                .toList();
        cares.entrySet().removeIf(care -> {
            boolean left = !topics.contains(care.getKey());
            if (left) {
                care.getValue().announcement.close();
            }
            return left;
        });
        for (String topic : topics) {
            if (closed) {
                return;
            }
            Care care = cares.computeIfAbsent(
                    topic, one -> new Care(advertiser.advertise(TopicDiscovery.namespaceOf(one))));
            long now = host.environment().nanoTime();
            if (isShort(topic) && care.searchAt <= now) {
                search(topic);
                care.inVain = isShort(topic) ? care.inVain + 1 : 0;
                care.searchAt = host.environment().nanoTime() + pause(care.inVain);
            }
        }
        again.arm(options.period().toNanos());
    }

    private boolean isShort(String topic) {
        return pubsub.peers(topic).size() < options.peers();
    }

    private long pause(int inVain) {
        Duration doubled = options.pause().multipliedBy(1L << Math.clamp(inVain - 1, 0, 20));
        return Math.min(doubled.toNanos(), options.longestPause().toNanos());
    }

    /** Connects to peers that are found under a topic, as many as it is short of. */
    private void search(String topic) {
        Deadline deadline = Deadline.after(host.environment(), options.searchTimeout());
        int missing = options.peers() - pubsub.peers(topic).size();
        int dialed = 0;
        try (Results<PeerAddress> found = discovery.findPeers(TopicDiscovery.namespaceOf(topic), deadline)) {
            for (PeerAddress peer; missing > 0 && !closed && (peer = found.next()) != null; ) {
                if (peer.peer() == null
                        || peer.peer().equals(host.peerId())
                        || !host.connections(peer.peer()).isEmpty()) {
                    continue;
                }
                if (dialed++ >= options.dials()) {
                    return;
                }
                if (dial(peer, deadline)) {
                    missing--;
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "no peers found for a topic: " + e.getMessage());
        }
    }

    private boolean dial(PeerAddress peer, Deadline deadline) throws InterruptedIOException {
        try {
            host.connect(
                    peer,
                    DialOptions.DEFAULT
                            .withAllowLimited()
                            .withDeadline(deadline)
                            .withReason("peers for a topic"));
            return true;
        } catch (HostClosedException e) {
            closed = true;
            return false;
        } catch (InterruptedIOException e) {
            if (!(e instanceof DeadlineExceededException)) {
                throw e;
            }
            return false;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a peer of a topic was not reached: " + e.getMessage());
            return false;
        }
    }

    /** Looks no more; does not wait. */
    @Override
    public void close() {
        closed = true;
        timer.close();
        advertiser.close();
    }
}
