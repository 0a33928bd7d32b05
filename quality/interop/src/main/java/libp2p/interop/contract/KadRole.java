package libp2p.interop.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.time.Duration;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.Results;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.kad.validator.AnyValueValidator;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Carries out one role of the DHT contract. */
final class KadRole {
    private static final Duration TEST = Duration.ofSeconds(180);
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final Duration OPERATION = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofMillis(200);
    private static final String GREETING = "hello from";

    private final KadOrders orders;
    private final PrintStream out;
    private final long end = System.nanoTime() + TEST.toNanos();

    KadRole(KadOrders orders, PrintStream out) {
        this.orders = orders;
        this.out = out;
    }

    /** Does what is ordered; the bootstrap peer and the provider stay until the time of the test is over. */
    void run() throws IOException, InterruptedException {
        boolean querier = orders.part() == KadOrders.Part.QUERIER;
        try (Redis redis = RedisWait.connect(orders.redis(), end);
                Host host = Libp2p.host()
                        .listen("/ip4/" + orders.ip() + "/tcp/0")
                        .with((querier ? Kad.client() : Kad.server()).withValidator(new AnyValueValidator("example")))
                        .start()) {
            Dht dht = host.find(Dht.class).orElseThrow();
            switch (orders.part()) {
                case BOOTSTRAP -> redis.set(orders.bootstrapAddress(), ownAddress(host));
                case PROVIDER -> provide(redis, host, dht);
                case QUERIER -> query(redis, host, dht);
            }
            if (!querier) {
                Thread.sleep(Duration.ofNanos(end - System.nanoTime()));
            }
        }
    }

    private static String ownAddress(Host host) throws IOException {
        Multiaddr address = Role.reachable(host.addresses());
        return address.withPeer(host.peerId().toBytes()).toString();
    }

    private void provide(Redis redis, Host host, Dht dht) throws IOException, InterruptedException {
        join(host, await(redis, orders.bootstrapAddress()));
        dht.provide(orders.providedKey().getBytes(UTF_8), soon(host));
        byte[] value = (GREETING + " java client").getBytes(UTF_8);
        dht.putValue(orders.valueKey().getBytes(UTF_8), value, soon(host));
        redis.set(orders.providerDone(), "done");
    }

    private void query(Redis redis, Host host, Dht dht) throws IOException, InterruptedException {
        try {
            String bootstrap = await(redis, orders.bootstrapAddress());
            await(redis, orders.providerDone());
            join(host, bootstrap);
            PeerAddress provider;
            try (Results<PeerAddress> found =
                    dht.findProviders(orders.providedKey().getBytes(UTF_8), soon(host))) {
                provider = found.next();
            }
            if (provider == null) {
                throw new IOException("no peer provides " + orders.providedKey());
            }
            byte[] value = dht.getValue(orders.valueKey().getBytes(UTF_8), soon(host));
            if (value == null || !new String(value, UTF_8).contains(GREETING)) {
                throw new IOException("the value of " + orders.valueKey() + " is "
                        + (value == null ? "missing" : "another one of " + value.length + " bytes"));
            }
            report("status: pass");
        } catch (IOException e) {
            report("error: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
            report("status: fail");
            throw e;
        }
    }

    private void report(String line) {
        out.println(line);
        out.flush();
    }

    /** Connects to the bootstrap peer and waits until it has said what it speaks. */
    private static void join(Host host, String address) throws IOException, InterruptedException {
        PeerAddress bootstrap = PeerAddress.parse(address);
        Deadline deadline = soon(host);
        try (Subscription<PeerIdentified> events = host.events().subscribe(PeerIdentified.class)) {
            PeerId peer = host.connect(bootstrap).remotePeer();
            while (host.peerstore().protocols(peer).isEmpty()) {
                if (events.take(deadline) == null) {
                    throw new IOException("the bootstrap peer " + peer + " does not say what it speaks");
                }
            }
        }
    }

    private static Deadline soon(Host host) {
        return Deadline.after(host.environment(), OPERATION);
    }

    /** The value that another role leaves in Redis. */
    private static String await(Redis redis, String key) throws IOException, InterruptedException {
        long until = System.nanoTime() + WAIT.toNanos();
        while (System.nanoTime() < until) {
            String value = redis.get(key).orElse("");
            if (!value.isEmpty()) {
                return value;
            }
            Thread.sleep(RETRY);
        }
        throw new InterruptedIOException("nothing under " + key + " within " + WAIT.toSeconds() + " s");
    }
}
