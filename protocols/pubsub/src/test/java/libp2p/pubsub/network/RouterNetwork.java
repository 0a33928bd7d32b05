package libp2p.pubsub.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Multihash;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;

/**
 * Nodes that send each other RPCs with a latency, one event after the other in the order of a simulated clock: the same
 * seed gives the same run. Signatures are not made nor checked; everything else is the router itself.
 */
public final class RouterNetwork {
    public static final long MILLISECOND = 1_000_000L;
    public static final long SECOND = 1_000_000_000L;

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
        }
    }

    /** The receiver of RPCs: an honest router or an attacker. */
    public interface Member {
        PeerId id();

        InetAddress address();

        void connected(Member other, boolean outbound, Version version);

        void disconnected(Member other);

        void receive(Member from, Rpc rpc);

        /** Whether it does nothing on an RPC, which then need not travel. */
        default boolean ignores(Rpc rpc) {
            return false;
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    /** The ids of messages under way, shared by all who receive them. */
    private final Map<Message, MessageId> ids = new IdentityHashMap<>();

    private final Map<PeerId, Member> members = new LinkedHashMap<>();
    private final Map<PeerId, Map<PeerId, long[]>> links = new HashMap<>();
    private final RandomGenerator random;
    private long latency = 25 * MILLISECOND;
    private double jitter = 0.1;
    private double spread;
    private long now = SECOND;
    private long order;
    private long bytes;
    private long messageBytes;
    private long rpcs;
    private long trace = 17;

    public RouterNetwork(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Latency of every link, with jitter as a share of it. */
    public void latency(long nanos, double jitterShare) {
        latency = nanos;
        jitter = jitterShare;
    }

    public RandomGenerator random() {
        return random;
    }

    public long now() {
        return now;
    }

    /** Bytes sent so far, about. */
    public long bytes() {
        return bytes;
    }

    /** Those of them that are RPCs with messages. */
    public long messageBytes() {
        return messageBytes;
    }

    public long rpcs() {
        return rpcs;
    }

    /** A hash over all that was sent, when and between whom. */
    public long trace() {
        return trace;
    }

    public static PeerId id(String name) {
        return PeerId.fromBytes(Multihash.sha256(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toBytes());
    }

    public static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {54, (byte) (number >>> 16), (byte) (number >>> 8), (byte) number});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public void add(Member member) {
        members.put(member.id(), member);
    }

    public List<Member> members() {
        return new ArrayList<>(members.values());
    }

    public void after(long nanos, Runnable action) {
        events.add(new Event(now + nanos, order++, action));
    }

    /** Connects two members; both know at once. */
    public void connect(Member dialer, Member listener, Version version) {
        dialer.connected(listener, true, version);
        listener.connected(dialer, false, version);
    }

    public void disconnect(Member one, Member other) {
        one.disconnected(other);
        other.disconnected(one);
    }

    /** Sends an RPC; what comes for a node that is gone is lost. */
    public void send(Member from, PeerId to, Rpc rpc) {
        Member target = members.get(to);
        if (target == null) {
            return;
        }
        int size = size(rpc);
        bytes += size;
        messageBytes += rpc.messages().isEmpty() ? 0 : size;
        rpcs++;
        long delay = (long) (latency * distance(from.id(), to) * (1 + jitter * (2 * random.nextDouble() - 1)));
        trace = trace * 31 + now;
        trace = trace * 31 + from.id().hashCode();
        trace = trace * 31 + to.hashCode();
        trace = trace * 31 + size;
        if (target.ignores(rpc)) {
            return;
        }
        long[] last = links.computeIfAbsent(from.id(), key -> new HashMap<>()).computeIfAbsent(to, key -> new long[1]);
        last[0] = Math.max(last[0], now + delay); // streams keep their order
        after(last[0] - now, () -> target.receive(from, rpc));
    }

    /** The ids of the messages of an RPC. */
    List<MessageId> ids(Rpc rpc, Function<Message, MessageId> name) {
        if (rpc.messages().isEmpty()) {
            return List.of();
        }
        if (ids.size() > 10_000) {
            ids.clear();
        }
        List<MessageId> named = new ArrayList<>(rpc.messages().size());
        for (Message message : rpc.messages()) {
            named.add(ids.computeIfAbsent(message, name));
        }
        return named;
    }

    /** Latencies in multiples of the shortest: from 1 to 1 + spread, the same both ways. */
    public void spread(double value) {
        spread = value;
    }

    private double distance(PeerId one, PeerId other) {
        int place = Math.floorMod(one.hashCode(), 1_000) + Math.floorMod(other.hashCode(), 1_000);
        return 1 + spread * place / 2_000;
    }

    /** About as many bytes as its encoding has, which is not made: it would take most of the time of a run. */
    private static int size(Rpc rpc) {
        int size = 8;
        for (Message message : rpc.messages()) {
            size += message.size();
        }
        for (Rpc.Subscription subscription : rpc.subscriptions()) {
            size += subscription.topic().length() + 6;
        }
        Rpc.Control control = rpc.control();
        for (Rpc.IHave have : control.haves()) {
            size += have.topic().length() + 6 + size(have.ids());
        }
        for (Rpc.IWant want : control.wants()) {
            size += 4 + size(want.ids());
        }
        for (Rpc.IDontWant dontWant : control.dontWants()) {
            size += 4 + size(dontWant.ids());
        }
        for (Rpc.Graft graft : control.grafts()) {
            size += graft.topic().length() + 4;
        }
        for (Rpc.Prune prune : control.prunes()) {
            size += prune.topic().length() + 7;
        }
        return size;
    }

    private static int size(List<MessageId> ids) {
        int size = 0;
        for (MessageId id : ids) {
            size += id.length() + 2;
        }
        return size;
    }

    /** Runs for a time. */
    public void run(long nanos) {
        long until = now + nanos;
        while (!events.isEmpty() && events.peek().at() <= until) {
            Event next = events.poll();
            now = next.at();
            next.action().run();
        }
        now = until;
    }
}
