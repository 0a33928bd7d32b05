import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.kad.key.Key;
import libp2p.kad.table.RoutingTable;
import libp2p.kad.table.TableLimits;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * A network of DHT servers in one process on the loopback, and lookups of the closest peers from them: arguments NODES
 * LOOKUPS AT_ONCE. Then the memory of routing tables. Prints a JSON object. The program of go-libp2p-kad-dht,
 * quality/interop/peers/go/kad/bench.go, does the same.
 */
public final class DhtNetwork {
    private static final int TABLES = 200;
    private static final int OFFERED = 20_000;

    public static void main(String[] arguments) throws Exception {
        int nodes = Integer.parseInt(arguments[0]);
        int lookups = Integer.parseInt(arguments[1]);
        int atOnce = Integer.parseInt(arguments[2]);
        double perPeer = memoryPerPeer();
        List<Dht> dhts = new ArrayList<>();
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            Host host = Libp2p.host()
                    .listen("/ip4/127.0.0.1/tcp/0")
                    .with(Kad.server().withPrefix("/bench").withoutLocal())
                    .start();
            hosts.add(host);
            dhts.add(host.find(Dht.class).orElseThrow());
        }
        for (int i = 1; i < nodes; i++) {
            hosts.get(i).connect(PeerAddress.of(hosts.getFirst().peerId(), hosts.getFirst().addresses()));
        }
        for (int round = 0; round < 2; round++) {
            together(nodes, atOnce, i -> dhts.get(i).refresh());
        }
        together(lookups / 4, atOnce, i -> lookUp(dhts, i, -1 - i));
        long requests = requests(dhts);
        long cpu = cpu();
        long begin = System.nanoTime();
        AtomicLong found = new AtomicLong();
        together(lookups, atOnce, i -> found.addAndGet(lookUp(dhts, i, i)));
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "{\"implementation\":\"java\",\"nodes\":%d,\"lookups_per_s\":%.1f,\"messages_per_lookup\":%.2f,"
                        + "\"cpu_ms_per_lookup\":%.2f,\"found\":%.2f,\"table\":%.1f,\"bytes_per_peer\":%.0f}%n",
                nodes,
                lookups / seconds,
                (double) (requests(dhts) - requests) / lookups,
                (cpu() - cpu) / 1e6 / lookups,
                found.get() / (double) lookups,
                dhts.stream().mapToInt(dht -> dht.status().getFirst().peers()).average().orElse(0),
                perPeer);
        System.exit(0);
    }

    private static int lookUp(List<Dht> dhts, int number, int key) throws Exception {
        Dht dht = dhts.get(Math.floorMod(number * 7919, dhts.size()));
        byte[] name = ("lookup " + key).getBytes(UTF_8);
        return dht.closestPeers(name, Deadline.after(dhtEnvironment(), Duration.ofMinutes(1))).size();
    }

    private static libp2p.core.environment.Environment dhtEnvironment() {
        return libp2p.system.SystemEnvironment.shared();
    }

    private static long requests(List<Dht> dhts) {
        return dhts.stream().mapToLong(dht -> dht.status().getFirst().requests()).sum();
    }

    private static long cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    private interface Action {
        void of(int number) throws Exception;
    }

    private static void together(int count, int atOnce, Action action) throws Exception {
        AtomicInteger next = new AtomicInteger();
        Semaphore done = new Semaphore(0);
        AtomicInteger failures = new AtomicInteger();
        for (int worker = 0; worker < atOnce; worker++) {
            Thread.ofVirtual().start(() -> {
                for (int number; (number = next.getAndIncrement()) < count; ) {
                    try {
                        action.of(number);
                    } catch (Exception e) {
                        if (failures.incrementAndGet() < 5) {
                            System.err.println(e);
                        }
                    }
                }
                done.release();
            });
        }
        done.acquire(atOnce);
        if (failures.get() > count / 20) {
            throw new IllegalStateException(failures + " of " + count + " failed");
        }
    }

    /** Tables that were offered many peers, each with two addresses: bytes of the heap for each peer that is in one. */
    private static double memoryPerPeer() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        long before = heap();
        List<RoutingTable> tables = new ArrayList<>();
        long peers = 0;
        for (int i = 0; i < TABLES; i++) {
            TableLimits limits = TableLimits.DEFAULT;
            RoutingTable table = new RoutingTable(Key.of(id(random)), limits);
            for (int j = 0; j < OFFERED / 20; j++) {
                List<Multiaddr> addresses = List.of(
                        Multiaddr.parse("/ip4/10.1." + (j >> 8) + "." + (j & 0xff) + "/tcp/4001"),
                        Multiaddr.parse("/ip4/10.1." + (j >> 8) + "." + (j & 0xff) + "/udp/4001/quic-v1"));
                table.offer(id(random), addresses, 1);
            }
            tables.add(table);
            peers += table.size();
        }
        double perPeer = (double) (heap() - before) / peers;
        if (tables.size() != TABLES) {
            throw new IllegalStateException();
        }
        return perPeer;
    }

    private static PeerId id(SplittableRandom random) {
        byte[] id = new byte[38];
        random.nextBytes(id);
        System.arraycopy(new byte[] {0, 36, 8, 1, 18, 32}, 0, id, 0, 6);
        return PeerId.fromBytes(id);
    }

    private static long heap() throws Exception {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
