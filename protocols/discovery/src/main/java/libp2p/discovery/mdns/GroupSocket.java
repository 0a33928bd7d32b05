package libp2p.discovery.mdns;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import libp2p.core.concurrent.KeyedRates;
import libp2p.core.concurrent.TokenBucket;
import libp2p.core.environment.Environment;
import libp2p.core.environment.LinkInterface;
import libp2p.core.environment.UdpSocket;
import libp2p.discovery.mdns.dns.DnsLimits;
import libp2p.discovery.mdns.dns.DnsMessage;

/**
 * The group of multicast DNS on one interface, in one family. The lock of its owner guards the answers that are due and
 * their rate; the event loop receives.
 */
final class GroupSocket implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(GroupSocket.class.getName());
    private static final int PORT = 5353;
    private static final InetSocketAddress IPV4 = new InetSocketAddress(InetAddress.ofLiteral("224.0.0.251"), PORT);
    private static final InetSocketAddress IPV6 = new InetSocketAddress(InetAddress.ofLiteral("ff02::fb"), PORT);
    /** A record is not multicast again before (RFC 6762 section 6). */
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private static final int ASKERS = 256;
    private static final int SENDERS = 256;
    /** Of the packets of a second a sender has so large a part, so that one that floods leaves the others to be heard. */
    private static final int PARTS = 8;
    /** Questions that one answer answers; there are five that make a difference. */
    private static final int WANTED = 16;
    /** Messages that wait to be sent. */
    private static final int OUTBOX = 64;

    /** Takes the datagrams that have arrived. */
    interface Receiver {
        /** Called on an event loop; must not wait. */
        void received(GroupSocket on, byte[] packet, InetSocketAddress from);
    }

    private final Environment environment;
    private final String link;
    private final InetSocketAddress group;
    private final UdpSocket socket;
    private final MdnsLimits limits;
    private final TokenBucket packets;
    private final TokenBucket unicasts;
    private final KeyedRates<InetAddress> askers;
    private final KeyedRates<InetAddress> senders;
    private final Set<DnsMessage.Question> wanted = new LinkedHashSet<>();
    private long answerAt = Long.MAX_VALUE;
    private long answered = Long.MIN_VALUE / 2;
    private final Deque<Outgoing> outbox = new ArrayDeque<>();
    private long dropped;

    /** A message on its way to all hosts or to one asker. */
    private record Outgoing(byte[] bytes, InetSocketAddress to) {}

    private GroupSocket(
            Environment environment, String link, InetSocketAddress group, UdpSocket socket, MdnsLimits limits) {
        this.environment = environment;
        this.link = link;
        this.group = group;
        this.socket = socket;
        this.limits = limits;
        long now = environment.nanoTime();
        this.packets = new TokenBucket(limits.packets(), limits.packets(), now);
        int ofOne = Math.max(1, limits.packets() / PARTS);
        this.senders = new KeyedRates<>(
                new KeyedRates.Rate(ofOne, Duration.ofSeconds(1).dividedBy(ofOne)), SENDERS);
        this.unicasts = new TokenBucket(limits.unicasts(), limits.unicasts(), now);
        this.askers = new KeyedRates<>(
                new KeyedRates.Rate(limits.unicasts(), Duration.ofSeconds(10).dividedBy(limits.unicasts())), ASKERS);
    }

    /** Joins the group of a family. */
    static GroupSocket join(
            Environment environment, LinkInterface link, boolean ipv4, MdnsLimits limits, Receiver receiver)
            throws IOException {
        InetSocketAddress group = ipv4 ? IPV4 : IPV6;
        UdpSocket socket = environment.network().joinMulticast(link, group);
        GroupSocket made = new GroupSocket(environment, link.name(), group, socket, limits);
        ByteBuffer buffer = ByteBuffer.allocate(DnsLimits.MESSAGE_BYTES + 1);
        if (!socket.onReadable(() -> made.read(buffer, receiver))) {
            socket.close();
            throw new IOException("the group of multicast DNS on " + link.name() + " ended at once");
        }
        return made;
    }

    private long read(ByteBuffer buffer, Receiver receiver) {
        try {
            for (InetSocketAddress from; (from = socket.tryReceive(buffer.clear())) != null; ) {
                byte[] packet = new byte[buffer.position()];
                buffer.flip().get(packet);
                if (packet.length <= DnsLimits.MESSAGE_BYTES && isAllowed(from.getAddress())) {
                    receiver.received(this, packet, from);
                } else {
                    dropped++;
                }
            }
        } catch (IOException closed) {
            LOG.log(Level.DEBUG, () -> "multicast DNS on " + link + " ends: " + closed.getMessage());
        }
        return 0;
    }

    private boolean isAllowed(InetAddress sender) {
        long now = environment.nanoTime();
        return senders.take(sender, now) && packets.tryTake(1, now);
    }

    /** Whether it is the one for an interface and a family. */
    boolean isFor(String name, boolean ipv4) {
        return link.equals(name) && ipv4 == isIpv4();
    }

    boolean isIpv4() {
        return group.getAddress() instanceof Inet4Address;
    }

    /** Whether the asker is no member of the group: it is answered alone, too. */
    static boolean isSimpleAsker(InetSocketAddress from) {
        return from.getPort() != PORT;
    }

    /**
     * Notes questions that are to be answered to all hosts, a little later, and not twice in a second.
     *
     * @return when to call {@link #takeAnswerable}
     */
    long want(List<DnsMessage.Question> questions, long now, long delay) {
        for (DnsMessage.Question question : questions) {
            if (wanted.size() < WANTED) {
                wanted.add(new DnsMessage.Question(question.name(), question.type(), false));
            }
        }
        answerAt = Math.min(answerAt, Math.max(now + delay, answered + PAUSE));
        return answerAt;
    }

    /** The moment of the next answer; never is {@code Long.MAX_VALUE}. */
    long answerAt() {
        return answerAt;
    }

    /** The questions whose time to be answered has come; none else. */
    List<DnsMessage.Question> takeAnswerable(long now) {
        if (answerAt > now) {
            return List.of();
        }
        List<DnsMessage.Question> taken = List.copyOf(wanted);
        wanted.clear();
        answerAt = Long.MAX_VALUE;
        answered = now;
        return taken;
    }

    /** Puts a message for all hosts into the outbox. */
    void multicast(DnsMessage message) {
        put(message, group);
    }

    /** Puts an answer to one asker into the outbox, unless it asks too often. */
    void unicast(DnsMessage message, InetSocketAddress to, long now) {
        if (askers.take(to.getAddress(), now) && unicasts.tryTake(1, now)) {
            put(message, to);
        } else {
            dropped++;
        }
    }

    private void put(DnsMessage message, InetSocketAddress to) {
        if (outbox.size() < OUTBOX) {
            outbox.add(new Outgoing(message.encode(), to));
        } else {
            dropped++;
        }
    }

    /** Takes the messages to send. */
    Runnable takeOutbox() {
        List<Outgoing> taken = List.copyOf(outbox);
        outbox.clear();
        return () -> taken.forEach(this::send);
    }

    /** Sends; may wait for the socket, so it is called without the lock. */
    private void send(Outgoing message) {
        try {
            socket.send(ByteBuffer.wrap(message.bytes()), message.to());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "multicast DNS on " + link + ": " + e.getMessage());
        }
    }

    /** Packets that were too many or too long, and answers that were not sent. */
    long dropped() {
        return dropped;
    }

    @Override
    public void close() {
        socket.close();
    }

    @Override
    public String toString() {
        return link + (isIpv4() ? " IPv4" : " IPv6");
    }
}
