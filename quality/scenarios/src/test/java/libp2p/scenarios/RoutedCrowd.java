package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import libp2p.core.connection.Connection;
import libp2p.core.host.DialOptions;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.Nat;
import libp2p.nat.address.Circuits;
import libp2p.nat.mapping.Method;
import libp2p.nat.relay.RelayLimits;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.UpnpRouter;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;

/**
 * Many hosts, most of them behind routers of mixed kinds. All find out how they are reached and keep places at relays
 * where they need them; then each dials some others by the addresses that those announce.
 */
final class RoutedCrowd {
    /**
     * The state so far.
     *
     * @param open hosts with public addresses, all of which dial others back
     * @param relays among them
     * @param routed hosts behind routers
     * @param dials of each of those
     */
    record Plan(int open, int relays, int routed, int dials) {}

    /** Two hosts that were to connect. */
    private record Meeting(Member from, Member to) {
        String kinds() {
            return from.kind + " to " + to.kind;
        }
    }

    private record Member(TestNode node, RouterKind kind) {
        boolean isDirectTo(Member other) {
            return node.connections(other.node).stream().anyMatch(Connection::isDirect);
        }
    }

    /** How often hosts of two kinds have met, and how. */
    static final class Count {
        int meetings;
        int direct;
        int relayed;
        int lost;

        @Override
        public String toString() {
            return meetings + " meetings, " + direct + " direct, " + relayed + " relayed, " + lost + " lost";
        }
    }

    private static final System.Logger LOG = System.getLogger("crowd");
    private static final Duration UNTIL_DIALS = Duration.ofMinutes(3);
    private static final Duration DIALS_WITHIN = Duration.ofMinutes(10);
    private static final Duration PUNCH = Duration.ofSeconds(50);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int SERVERS_OF_EACH = 6;
    private static final int STRANGERS = 24;
    /** With 1 GiB a host takes 128 connections, which is too few for a relay of many. */
    private static final ResourceLimits SERVERS = ResourceLimits.scaled(8L << 30, 8192);

    private final World world;
    private final Plan plan;
    private final RandomGenerator random;
    private final List<Member> open = new ArrayList<>();
    private final List<Member> routed = new ArrayList<>();
    private final List<UpnpRouter> gateways = new ArrayList<>();
    private final Map<String, Count> counts = new TreeMap<>();
    private final List<String> unlike = new ArrayList<>();
    private int announced;
    private int announcedDirect;

    RoutedCrowd(World world, Plan plan) {
        this.world = world;
        this.plan = plan;
        this.random = world.simulation().random("crowd");
        world.network().defaultLatency(Duration.ofMillis(20));
    }

    /** Starts all hosts, lets them meet, and waits until an hour has passed. */
    void run() throws Exception {
        for (int i = 0; i < plan.open; i++) {
            open.add(new Member(openHost(i), RouterKind.OPEN));
        }
        for (int i = 0; i < plan.routed; i++) {
            routed.add(routedHost(i));
        }
        reached("all have started");
        List<SimulatedTask> joining = new ArrayList<>();
        for (Member member : routed) {
            joining.add(world.spawn("joining", () -> join(member)));
        }
        for (SimulatedTask task : joining) {
            task.join();
        }
        reached("all have joined");
        world.sleep(UNTIL_DIALS);
        reached("dials begin");
        List<SimulatedTask> meeting = new ArrayList<>();
        for (Member member : routed) {
            for (int i = 0; i < plan.dials; i++) {
                meeting.add(world.spawn("meeting", () -> meet(new Meeting(member, anotherThan(member)))));
            }
        }
        for (SimulatedTask task : meeting) {
            task.join();
        }
        reached("all have met");
        world.sleep(HOUR.minus(world.simulation().elapsed()));
        reached("an hour has passed");
    }

    /** For people who wait for a large crowd: the log tells the time that the machine took so far. */
    private void reached(String what) {
        LOG.log(
                System.Logger.Level.INFO,
                what + ", simulated: " + world.simulation().elapsed());
    }

    private TestNode openHost(int index) throws IOException {
        String ip = "9." + (index / 250) + "." + (index % 250) + ".1";
        boolean relay = index < plan.relays;
        return world.node(
                world.simulation().host("open" + index, ip),
                builder -> builder.limits(limits -> limits.withResources(SERVERS))
                        .with(
                                relay
                                        ? Nat.create().withAutoNatService().withRelayService(RelayLimits.DEFAULT)
                                        : Nat.create().withAutoNatService()),
                "/ip4/" + ip + "/tcp/4001");
    }

    private Member routedHost(int index) throws IOException {
        List<RouterKind> kinds = new ArrayList<>(EnumSet.complementOf(EnumSet.of(RouterKind.OPEN)));
        RouterKind kind = kinds.get(index % kinds.size());
        String outside = "8." + (index / 250) + "." + (index % 250) + ".1";
        libp2p.simulator.SimulatedNat router;
        if (kind == RouterKind.BEHIND_TWO) {
            libp2p.simulator.SimulatedNat provider =
                    RouterKind.FULL_CONE.make(world.network().nat(outside));
            router = kind.make(world.network().nat("100.64.0.2", provider));
        } else {
            router = kind.make(world.network().nat(outside));
        }
        SimulatedEnvironment inside = world.simulation().host("routed" + index, router, "192.168.1.2");
        Nat family = Nat.create().withAutoRelay();
        if (kind == RouterKind.MAPPING) {
            mapsPorts(router, inside, index);
            family = family.withPortMapping(EnumSet.allOf(Method.class));
        }
        Nat installed = family;
        return new Member(world.node(inside, builder -> builder.with(installed), "/ip4/192.168.1.2/tcp/4001"), kind);
    }

    /** Half of the routers that map ports speak PCP and NAT-PMP, the others UPnP. */
    private void mapsPorts(libp2p.simulator.SimulatedNat router, SimulatedEnvironment inside, int index)
            throws IOException {
        Duration lease = Duration.ofMinutes(2);
        if (index / RouterKind.values().length % 2 == 0) {
            router.mapsPorts("192.168.1.1", lease);
            return;
        }
        SimulatedEnvironment gateway = world.simulation().host("gateway" + index, router, "192.168.1.1");
        world.network().lan("home" + index).attach(inside).attach(gateway);
        gateways.add(UpnpRouter.of(router, gateway, lease).start());
    }

    /** Connects to a few open hosts, half of them relays. */
    private void join(Member member) throws Exception {
        for (int i = 0; i < SERVERS_OF_EACH; i++) {
            int bound = i % 2 == 0 ? plan.relays : plan.open;
            member.node.connect(open.get(random.nextInt(bound)).node);
        }
    }

    private Member anotherThan(Member member) {
        while (true) {
            int index = random.nextInt(plan.routed + plan.routed / 8);
            Member other = index < plan.routed ? routed.get(index) : open.get(random.nextInt(plan.open));
            boolean met = !member.node.connections(other.node).isEmpty();
            if (other != member && !met) {
                return other;
            }
        }
    }

    private void meet(Meeting meeting) throws Exception {
        world.sleep(Duration.ofNanos(random.nextLong(DIALS_WITHIN.toNanos())));
        TestNode from = meeting.from.node;
        PeerAddress target = PeerAddress.of(
                meeting.to.node.id(), List.copyOf(meeting.to.node.host().addresses()));
        boolean works;
        boolean direct = false;
        try {
            from.host().connect(target);
            world.sleep(PUNCH);
            direct = meeting.from.isDirectTo(meeting.to);
            works = Ping.once(from.host(), target).isPositive();
        } catch (IOException e) {
            works = false;
            unlike.add(meeting.kinds() + ": " + e);
        }
        Count count = counts.computeIfAbsent(meeting.kinds(), key -> new Count());
        count.meetings++;
        count.direct += works && direct ? 1 : 0;
        count.relayed += works && !direct ? 1 : 0;
        count.lost += works ? 0 : 1;
        if (works && direct != meeting.from.kind.canMeet(meeting.to.kind)) {
            unlike.add(meeting.kinds() + ", " + from.environment() + " to " + meeting.to.node.environment()
                    + (direct ? ": direct" : ": not direct"));
        }
    }

    /** Pairs that theory says can meet directly, and how many of them do. */
    double directPart() {
        int possible = 0;
        int direct = 0;
        for (Map.Entry<String, Count> each : counts.entrySet()) {
            if (canMeet(each.getKey())) {
                possible += each.getValue().meetings;
                direct += each.getValue().direct;
            }
        }
        return possible == 0 ? 1 : (double) direct / possible;
    }

    private static boolean canMeet(String kinds) {
        String[] both = kinds.split(" to ");
        return RouterKind.valueOf(both[0]).canMeet(RouterKind.valueOf(both[1]));
    }

    int lost() {
        return counts.values().stream().mapToInt(count -> count.lost).sum();
    }

    /** Pairs that claim what theory forbids. */
    int impossible() {
        return counts.entrySet().stream()
                .filter(each -> !canMeet(each.getKey()))
                .mapToInt(each -> each.getValue().direct)
                .sum();
    }

    /** Strangers dial every public address that anybody announces, those through relays too. */
    List<String> unreachable() throws Exception {
        List<TestNode> strangers = new ArrayList<>();
        for (int i = 0; i < STRANGERS; i++) {
            String ip = "7.0." + i + ".1";
            strangers.add(world.node(
                    world.simulation().host("stranger" + i, ip),
                    builder -> builder.with(Nat.create().withoutHolePunching()),
                    "/ip4/" + ip + "/tcp/4001"));
        }
        List<String> dead = new ArrayList<>();
        List<Member> all = new ArrayList<>(open);
        all.addAll(routed);
        List<SimulatedTask> tasks = new ArrayList<>();
        for (int i = 0; i < STRANGERS; i++) {
            int own = i;
            tasks.add(world.spawn("stranger", () -> {
                for (int m = own; m < all.size(); m += STRANGERS) {
                    visit(strangers.get(own), all.get(m), dead);
                }
            }));
        }
        for (SimulatedTask task : tasks) {
            task.join();
        }
        return dead;
    }

    private void visit(TestNode stranger, Member member, List<String> dead) throws Exception {
        for (Multiaddr address : member.node.host().addresses()) {
            if (!address.isPublic()) {
                continue;
            }
            announced++;
            announcedDirect += Circuits.isCircuit(address) ? 0 : 1;
            PeerAddress target = PeerAddress.of(member.node.id(), List.of(address));
            try {
                Connection made = stranger.host().connect(target, DialOptions.DEFAULT.withExactAddresses());
                assertThat(made.isDirect()).isEqualTo(!Circuits.isCircuit(address));
                made.close(0, "seen");
                stranger.host().peerstore().remove(member.node.id());
            } catch (IOException e) {
                boolean still = member.node.host().addresses().contains(address);
                if (still) {
                    dead.add(member.kind + " " + member.node.environment() + " " + address + ": " + e);
                }
            }
        }
    }

    /** Hosts that have no public address to tell anybody. */
    List<String> silent() {
        return routed.stream()
                .filter(member -> member.node.host().addresses().stream().noneMatch(Multiaddr::isPublic))
                .map(member -> member.kind + " " + member.node.environment())
                .toList();
    }

    /** Ends the routers that have threads. */
    void close() {
        gateways.forEach(UpnpRouter::close);
    }

    /** The report, for people. */
    String report() {
        StringBuilder text = new StringBuilder();
        counts.forEach(
                (kinds, count) -> text.append(kinds).append(": ").append(count).append('\n'));
        text.append("announced: ")
                .append(announced)
                .append(", of these direct: ")
                .append(announcedDirect);
        unlike.stream().limit(40).forEach(each -> text.append('\n').append(each));
        return text.toString();
    }
}
