package libp2p.swarm.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ResourceScope;
import libp2p.core.resource.ScopeUsage;
import libp2p.core.resource.StreamScope;
import libp2p.swarm.testing.Peers;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A million operations drawn by seed, against a model that knows nothing but the list of what is open: limits are so
 * small that every step is refused again and again, and after each the manager must agree with the model, in the end
 * with nothing.
 */
class ResourceWalkTest {
    private static final int OPERATIONS = 1_000_000;
    private static final int PEERS = 4;
    private static final String[] NAMES = new String[PEERS];

    static {
        for (int i = 0; i < PEERS; i++) {
            NAMES[i] = "peer:" + Peers.id(i);
        }
    }

    private @Nullable LimitExceededException refusal;

    private static final int[] PRIORITIES = {Reservation.ALWAYS, Reservation.MEDIUM, Reservation.LOW};

    private static final ResourceLimits LIMITS = ResourceLimits.unlimited()
            .with(ScopeKind.SYSTEM, new ScopeLimit(14, 8, 9, 9, 26, 17, 18, 6000))
            .with(ScopeKind.TRANSIENT, new ScopeLimit(7, 5, 5, 5, 11, 7, 7, 2500))
            .with(ScopeKind.PEER, new ScopeLimit(4, 3, 3, 3, 9, 6, 6, 2200))
            .with(ScopeKind.TRANSIENT_PEER, ScopeLimit.ofStreams(5, 3, 3).withMemory(1300))
            .with(ScopeKind.PROTOCOL, ScopeLimit.ofStreams(8, 5, 5).withMemory(1800))
            .with(ScopeKind.PROTOCOL_PEER, ScopeLimit.ofStreams(4, 3, 3).withMemory(1200))
            .with(ScopeKind.SERVICE, ScopeLimit.ofStreams(7, 4, 5).withMemory(1500))
            .with(ScopeKind.SERVICE_PEER, ScopeLimit.ofStreams(4, 3, 3).withMemory(1100))
            .with(
                    ScopeKind.CONNECTION,
                    ScopeLimit.ofConnections(1, 1, 1).withDescriptors(1).withMemory(900))
            .with(ScopeKind.STREAM, ScopeLimit.ofStreams(1, 1, 1).withMemory(700));

    /** Something that is open, as the model sees it. */
    private static final class Open {
        final ResourceScope scope;
        final boolean stream;
        final boolean inbound;
        final boolean descriptor;
        final List<Held> held = new ArrayList<>();
        int peer = -1;

        @Nullable
        String protocol;

        @Nullable
        String service;

        private Set<String> scopes = Set.of();

        Open(ResourceScope scope, boolean stream, boolean inbound, boolean descriptor) {
            this.scope = scope;
            this.stream = stream;
            this.inbound = inbound;
            this.descriptor = descriptor;
        }

        long memory() {
            long sum = 0;
            for (Held each : held) {
                sum += each.bytes;
            }
            return sum;
        }

        /** The names of the scopes it is charged to, but its own. */
        Set<String> scopes() {
            return scopes;
        }

        Open at(int inPeer, @Nullable String ofProtocol, @Nullable String ofService) {
            peer = inPeer;
            protocol = ofProtocol;
            service = ofService;
            scopes = scopes(inPeer, ofProtocol, ofService);
            return this;
        }

        Set<String> scopes(int inPeer, @Nullable String ofProtocol, @Nullable String ofService) {
            Set<String> names = new TreeSet<>(Set.of("system"));
            if (inPeer >= 0) {
                names.add(NAMES[inPeer]);
            }
            if (stream ? ofProtocol == null : inPeer < 0) {
                names.add("transient");
            }
            if (stream && ofProtocol == null) {
                names.add("transient." + NAMES[inPeer]);
            }
            if (ofProtocol != null) {
                names.add("protocol:" + ofProtocol);
                names.add("protocol:" + ofProtocol + "." + NAMES[inPeer]);
            }
            if (ofService != null) {
                names.add("service:" + ofService);
                names.add("service:" + ofService + "." + NAMES[inPeer]);
            }
            return names;
        }

        ScopeUsage usage() {
            return new ScopeUsage(
                    !stream && inbound ? 1 : 0,
                    !stream && !inbound ? 1 : 0,
                    descriptor ? 1 : 0,
                    stream && inbound ? 1 : 0,
                    stream && !inbound ? 1 : 0,
                    memory());
        }
    }

    private static final class Held {
        final Reservation reservation;
        long bytes;

        Held(Reservation reservation, long bytes) {
            this.reservation = reservation;
            this.bytes = bytes;
        }
    }

    private final CountingResourceManager manager = new CountingResourceManager(SystemEnvironment.shared(), LIMITS);
    private final List<Open> open = new ArrayList<>();
    private final Map<String, ScopeLimit> limits = new HashMap<>();
    private SplittableRandom random = new SplittableRandom(0);

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void aMillionOperationsLeakNothing(long seed) {
        random = new SplittableRandom(seed);
        for (int i = 0; i < OPERATIONS; i++) {
            step();
            if (i % 200 == 0) {
                assertThat(manager.usage()).as("operation %d", i).isEqualTo(expected());
            }
        }
        assertThat(manager.refusals().keySet())
                .as("every limit stood in the way")
                .hasSizeGreaterThan(35);
        open.forEach(each -> close(each.scope));
        assertThat(manager.usage()).isEmpty();
        assertThat(manager.scopes()).isZero();
    }

    private void step() {
        int what = random.nextInt(100);
        if (what < 8 || open.isEmpty()) {
            openConnection();
        } else if (what < 28) {
            openStream();
        } else {
            Open chosen = open.get(random.nextInt(open.size()));
            if (what < 45) {
                advance(chosen);
            } else if (what < 60) {
                reserve(chosen);
            } else if (what < 70) {
                grow(chosen);
            } else if (what < 80) {
                shrink(chosen);
            } else {
                close(chosen.scope);
                open.remove(chosen);
            }
        }
    }

    private void openConnection() {
        boolean inbound = random.nextBoolean();
        boolean descriptor = random.nextBoolean();
        Open[] made = new Open[1];
        boolean refused = refused(() -> made[0] = new Open(
                manager.openConnection(inbound ? Direction.INBOUND : Direction.OUTBOUND, descriptor, Peers.address(1)),
                false,
                inbound,
                descriptor));
        Open wanted = made[0] == null ? new Open(manager.system(), false, inbound, descriptor) : made[0];
        wanted.at(-1, null, null);
        check(refused, wanted.scopes(), wanted.usage(), Reservation.ALWAYS);
        if (!refused) {
            open.add(made[0]);
        }
    }

    private void openStream() {
        boolean inbound = random.nextBoolean();
        int peer = random.nextInt(PEERS);
        Open[] made = new Open[1];
        boolean refused = refused(() -> made[0] = new Open(
                manager.openStream(Peers.id(peer), inbound ? Direction.INBOUND : Direction.OUTBOUND),
                true,
                inbound,
                false));
        Open wanted = made[0] == null ? new Open(manager.system(), true, inbound, false) : made[0];
        wanted.at(peer, null, null);
        check(refused, wanted.scopes(), wanted.usage(), Reservation.ALWAYS);
        if (!refused) {
            open.add(wanted);
        }
    }

    /** The next step in the life of a connection or stream. */
    private void advance(Open chosen) {
        int peer = chosen.peer;
        String protocol = chosen.protocol;
        String service = chosen.service;
        boolean refused;
        if (!chosen.stream) {
            if (peer >= 0) {
                return;
            }
            int named = random.nextInt(PEERS);
            peer = named;
            refused = refused(() -> ((ConnectionScope) chosen.scope).setPeer(Peers.id(named)));
        } else if (protocol == null) {
            String named = "/p" + random.nextInt(3);
            protocol = named;
            refused = refused(() -> ((StreamScope) chosen.scope).setProtocol(named));
        } else if (service == null) {
            String named = "s" + random.nextInt(2);
            service = named;
            refused = refused(() -> ((StreamScope) chosen.scope).setService(named));
        } else {
            return;
        }
        Set<String> entered = chosen.scopes(peer, protocol, service);
        entered.removeAll(chosen.scopes());
        check(refused, entered, chosen.usage(), Reservation.ALWAYS);
        if (!refused) {
            chosen.at(peer, protocol, service);
        }
    }

    private void reserve(Open chosen) {
        long bytes = random.nextInt(400);
        int priority = PRIORITIES[random.nextInt(3)];
        Reservation[] made = new Reservation[1];
        boolean refused = refused(() -> made[0] = chosen.scope.reserve(bytes, priority));
        checkMemory(refused, chosen, bytes, priority);
        if (!refused) {
            chosen.held.add(new Held(made[0], bytes));
        }
    }

    private void grow(Open chosen) {
        if (!chosen.held.isEmpty()) {
            Held held = chosen.held.get(random.nextInt(chosen.held.size()));
            long bytes = random.nextInt(300);
            int priority = PRIORITIES[random.nextInt(3)];
            boolean refused = refused(() -> held.reservation.grow(bytes, priority));
            checkMemory(refused, chosen, bytes, priority);
            held.bytes += refused ? 0 : bytes;
            assertThat(held.reservation.bytes()).isEqualTo(held.bytes);
        }
    }

    private void shrink(Open chosen) {
        if (!chosen.held.isEmpty()) {
            Held held = chosen.held.get(random.nextInt(chosen.held.size()));
            if (random.nextBoolean()) {
                held.reservation.close();
                chosen.held.remove(held);
            } else {
                long less = random.nextLong(held.bytes + 1);
                held.reservation.shrink(less);
                held.bytes -= less;
            }
        }
    }

    private static void close(ResourceScope scope) {
        if (scope instanceof ConnectionScope connection) {
            connection.close();
        } else {
            ((StreamScope) scope).close();
        }
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws LimitExceededException;
    }

    private boolean refused(Attempt attempt) {
        try {
            attempt.run();
            return false;
        } catch (LimitExceededException e) {
            assertThat(e.side()).isEqualTo(LimitExceededException.Side.LOCAL);
            assertThat(e.value()).isGreaterThan(e.maximum());
            refusal = e;
            return true;
        }
    }

    /** A refusal names one of the scopes that were asked, and its limit as it was set. */
    private void checkRefusal(Set<String> scopes, int priority) {
        assertThat(scopes).contains(refusal.scope());
        Resource resource = Stream.of(Resource.values())
                .filter(each -> each.toString().equals(refusal.limit()))
                .findFirst()
                .orElseThrow();
        long limit = limit(refusal.scope()).of(resource);
        if (resource == Resource.STREAMS_INBOUND && whole(refusal.scope()) != null) {
            assertThat(refusal.maximum()).isLessThanOrEqualTo(limit); // the share of what is free
            assertThat(refusal.value()).isGreaterThan(refusal.maximum());
        } else if (resource != Resource.MEMORY) {
            assertThat(refusal.maximum()).isEqualTo(limit);
            assertThat(refusal.value()).isEqualTo(limit + 1);
        } else if (priority == Reservation.ALWAYS) {
            assertThat(refusal.maximum()).isEqualTo(limit);
        } else {
            assertThat(refusal.maximum()).isLessThanOrEqualTo(limit);
        }
    }

    private void checkMemory(boolean refused, Open chosen, long bytes, int priority) {
        ScopeLimit own = LIMITS.of(chosen.stream ? ScopeKind.STREAM : ScopeKind.CONNECTION);
        boolean ownRefuses = bytes > 0 && (chosen.memory() + bytes) * 256 > own.memory() * (1 + priority);
        if (ownRefuses) {
            assertThat(refused).isTrue();
        } else {
            check(refused, chosen.scopes(), new ScopeUsage(0, 0, 0, 0, 0, bytes), priority);
        }
    }

    /** Whether the model would have refused the same: it adds up everything anew. */
    private void check(boolean refused, Set<String> scopes, ScopeUsage more, int priority) {
        boolean exceeds = false;
        for (String name : scopes) {
            ScopeUsage sum = more;
            for (Open each : open) {
                if (each.scopes().contains(name)) {
                    sum = plus(sum, each.usage());
                }
            }
            boolean granted =
                    name.equals("system") && priority == Reservation.MEDIUM && leavesEnough(scopes, more.memory());
            exceeds |= !granted && exceeds(limit(name), sum, more, priority);
        }
        exceeds |= more.streamsInbound() > 0 && takesMoreThanItsShare(scopes);
        assertThat(refused).as("%s to %s", more, scopes).isEqualTo(exceeds);
        if (refused) {
            checkRefusal(scopes, priority);
        }
    }

    /** Whether a peer with so much memory more would have a sixteenth of what is left, which is an eighth at least. */
    private boolean leavesEnough(Set<String> scopes, long bytes) {
        Map<String, ScopeUsage> used = expected();
        long all = limit("system").memory();
        long left = all - used.getOrDefault("system", ScopeUsage.EMPTY).memory() - bytes;
        return bytes > 0
                && left >= all / 8
                && scopes.stream()
                        .filter(name -> name.startsWith("peer:"))
                        .anyMatch(name ->
                                used.getOrDefault(name, ScopeUsage.EMPTY).memory() + bytes <= left / 16);
    }

    /** Whether a peer with an inbound stream more would have more than its share of what is free. */
    private boolean takesMoreThanItsShare(Set<String> scopes) {
        Map<String, ScopeUsage> used = expected();
        for (String name : scopes) {
            String whole = whole(name);
            if (whole != null) {
                int all = limit(whole).streamsInbound();
                int most = limit(name).streamsInbound();
                int free = all - used.getOrDefault(whole, ScopeUsage.EMPTY).streamsInbound();
                int share = Math.max(1, most * (free - 1) / (all - most));
                if (free > 0 && used.getOrDefault(name, ScopeUsage.EMPTY).streamsInbound() >= share) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The scope of which a scope is the part of one peer, or null. */
    private static @Nullable String whole(String name) {
        if (name.startsWith("transient.")) {
            return "transient";
        }
        if (name.startsWith("peer:")) {
            return "system";
        }
        int peer = name.indexOf(".peer:");
        return peer < 0 ? null : name.substring(0, peer);
    }

    private static boolean exceeds(ScopeLimit limit, ScopeUsage sum, ScopeUsage more, int priority) {
        return more.connectionsInbound() > 0 && sum.connectionsInbound() > limit.connectionsInbound()
                || more.connectionsOutbound() > 0 && sum.connectionsOutbound() > limit.connectionsOutbound()
                || more.connectionsInbound() + more.connectionsOutbound() > 0
                        && sum.connectionsInbound() + sum.connectionsOutbound() > limit.connections()
                || more.descriptors() > 0 && sum.descriptors() > limit.descriptors()
                || more.streamsInbound() > 0 && sum.streamsInbound() > limit.streamsInbound()
                || more.streamsOutbound() > 0 && sum.streamsOutbound() > limit.streamsOutbound()
                || more.streamsInbound() + more.streamsOutbound() > 0
                        && sum.streamsInbound() + sum.streamsOutbound() > limit.streams()
                || more.memory() > 0 && sum.memory() * 256 > limit.memory() * (1 + priority);
    }

    private ScopeLimit limit(String name) {
        return limits.computeIfAbsent(name, key -> {
            boolean part = key.contains(".peer:");
            ScopeKind kind = key.startsWith("protocol:")
                    ? part ? ScopeKind.PROTOCOL_PEER : ScopeKind.PROTOCOL
                    : key.startsWith("service:")
                            ? part ? ScopeKind.SERVICE_PEER : ScopeKind.SERVICE
                            : key.startsWith("transient")
                                    ? part ? ScopeKind.TRANSIENT_PEER : ScopeKind.TRANSIENT
                                    : key.equals("system") ? ScopeKind.SYSTEM : ScopeKind.PEER;
            return LIMITS.of(kind);
        });
    }

    private Map<String, ScopeUsage> expected() {
        Map<String, ScopeUsage> expected = new TreeMap<>();
        open.forEach(each -> each.scopes().forEach(name -> expected.merge(name, each.usage(), ResourceWalkTest::plus)));
        return expected;
    }

    private static ScopeUsage plus(ScopeUsage a, ScopeUsage b) {
        return new ScopeUsage(
                a.connectionsInbound() + b.connectionsInbound(),
                a.connectionsOutbound() + b.connectionsOutbound(),
                a.descriptors() + b.descriptors(),
                a.streamsInbound() + b.streamsInbound(),
                a.streamsOutbound() + b.streamsOutbound(),
                a.memory() + b.memory());
    }

    @Test
    void sixteenThreadsLeakNothingAndNeverPassALimit() throws Exception {
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
            int number = t;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    work(new SplittableRandom(number));
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(manager.usage()).isEmpty();
        assertThat(manager.scopes()).isZero();
    }

    private void work(SplittableRandom mine) throws LimitExceededException {
        for (int i = 0; i < 20_000; i++) {
            StreamScope stream;
            try {
                stream = manager.openStream(
                        Peers.id(mine.nextInt(PEERS)), mine.nextBoolean() ? Direction.INBOUND : Direction.OUTBOUND);
            } catch (LimitExceededException full) {
                Thread.yield();
                continue;
            }
            try {
                Reservation memory = stream.reserve(mine.nextInt(300), Reservation.ALWAYS);
                stream.setProtocol("/p" + mine.nextInt(3));
                memory.grow(mine.nextInt(300), Reservation.MEDIUM);
                stream.setService("s" + mine.nextInt(2));
                if (mine.nextBoolean()) {
                    memory.close();
                }
            } catch (LimitExceededException refused) {
                assertThat(refused.value()).isGreaterThan(refused.maximum());
            } finally {
                ScopeUsage system = manager.system().usage();
                assertThat(system.streamsInbound() + system.streamsOutbound()).isLessThanOrEqualTo(26);
                assertThat(system.memory()).isLessThanOrEqualTo(6000);
                stream.close();
            }
        }
    }
}
