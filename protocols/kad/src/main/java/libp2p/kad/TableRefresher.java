package libp2p.kad;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import libp2p.core.concurrent.TaskGroup;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.kad.key.Key;
import libp2p.kad.key.KeyPrefixPeerIds;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.Lookup;
import libp2p.kad.lookup.StopCondition;
import libp2p.kad.store.SavedPeers;
import libp2p.kad.table.RefreshProfile;
import libp2p.kad.table.TablePeer;

/**
 * Keeps the routing table of a network: checks silent peers, fills buckets that are not full (bucket refresh), looks
 * for the peers next to this host; at once when the table gets its first peer, then at the pace of the profile.
 */
final class TableRefresher {
    private static final System.Logger LOG = System.getLogger(TableRefresher.class.getName());
    private static final Duration SOON = Duration.ofMillis(500);
    private static final Duration AT_MOST = Duration.ofMinutes(2);
    private static final int REMEMBERED = 16;
    /** Places of no choice that are looked up in each refresh, to judge how large the network is. */
    private static final int SAMPLES = 3;

    private final Host host;
    private final DhtNetwork network;
    private final KadLimits limits;
    private final RandomGenerator random;
    private final RepeatingTimer refreshes;
    private final boolean automatic;
    private final RefreshProfile profile;
    /** When each bucket is to be refreshed next, by the clock of the environment; one thread at a time. */
    private final Map<Integer, Long> dueAt = new HashMap<>();

    private volatile boolean refreshed;

    /**
     * A refresher that has not begun.
     *
     * @param automatic whether the table is refreshed at times of its own
     * @param profile the pace for each bucket
     */
    TableRefresher(Host host, DhtNetwork network, KadLimits limits, boolean automatic, RefreshProfile profile) {
        this.profile = profile;
        this.host = host;
        this.network = network;
        this.limits = limits;
        this.automatic = automatic;
        this.random = host.environment().random("kad." + network.protocol());
        this.refreshes = new RepeatingTimer(host.environment(), this::refresh);
    }

    /** The host listens: peers of the last run are dialed, by turns the best of those that are left and any of them. */
    void listening() {
        if (automatic) {
            refreshes.arm(SOON.toNanos());
        }
        host.environment().start("kad-saved", () -> {
            try {
                List<SavedPeers.Saved> saved = new java.util.ArrayList<>(network.saved());
                for (int i = 0; i < REMEMBERED && !saved.isEmpty(); i++) {
                    SavedPeers.Saved peer = saved.remove(i % 2 == 0 ? 0 : random.nextInt(saved.size()));
                    connect(peer);
                }
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> "saved peers: " + e.getMessage());
            }
        });
    }

    private void connect(SavedPeers.Saved peer) throws IOException {
        try {
            host.connect(
                    PeerAddress.of(peer.peer(), peer.addresses()),
                    DialOptions.DEFAULT
                            .withoutRouting()
                            .withTimeout(limits.lookup().request())
                            .withReason("kad table"));
        } catch (libp2p.core.connection.HostClosedException e) {
            throw e;
        } catch (InterruptedIOException e) {
            if (!(e instanceof libp2p.core.failure.DeadlineExceededException)) {
                throw e;
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a saved peer: " + e.getMessage());
        }
    }

    /** A peer came into the table; the first one is a reason to look around at once. */
    void added() {
        if (automatic && !refreshed) {
            refreshed = true;
            refreshes.arm(0);
        }
    }

    private void refresh(RepeatingTimer timer) {
        try {
            if (network.isUsable()) {
                refreshed = true;
                refresh(this::isDue);
                network.save();
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "refresh of " + network.protocol() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        boolean alone = network.table().size() == 0;
        refreshed &= !alone;
        long period = profile.shortest(limits.table().refresh()).toNanos();
        timer.arm((long) (period * random.nextDouble(0.9, 1.1)));
    }

    /** Whether the time of a bucket has come, give or take a fifth of the shortest period; it is noted then. */
    private boolean isDue(int bucket) {
        Duration even = limits.table().refresh();
        long now = host.environment().nanoTime();
        Long due = dueAt.get(bucket);
        if (due != null && due - now > profile.shortest(even).toNanos() / 5) {
            return false;
        }
        dueAt.put(bucket, now + profile.period(bucket, even).toNanos());
        return true;
    }

    /** Checks, fills and looks around; blocks. */
    void refresh() throws IOException, InterruptedException {
        refresh(bucket -> true);
    }

    private void refresh(IntPredicate isDue) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(host.environment(), AT_MOST);
        checkStale(deadline);
        Key self = Key.of(host.peerId());
        Lookup around = network.findClosest(host.peerId().toBytes(), StopCondition.CLOSEST, deadline);
        int last = Math.min(lastUnknown(around), KeyPrefixPeerIds.MOST_BITS - 1);
        int samples = 0;
        for (int shared = 0; shared <= last; shared++) {
            if (network.table().sizeOf(shared) < limits.table().k() && isDue.test(shared)) {
                byte[] name = KeyPrefixPeerIds.near(self.flip(shared), shared + 1, random)
                        .toBytes();
                if (samples++ < SAMPLES) { // a place in the large buckets is as good as any to judge the network by
                    network.sample(name, deadline);
                } else {
                    network.findClosest(name, StopCondition.CONVERGED, deadline);
                }
            }
        }
        for (int i = samples; i < SAMPLES; i++) {
            network.sample(KeyPrefixPeerIds.near(self, 0, random).toBytes(), deadline);
        }
        network.measureTable(); // now that its buckets are as full as they get
    }

    /**
     * The longest prefix of which there may be peers that the lookup of this host has not found. It finds the k
     * closest, so those that share more with this host than the farthest of these are all found.
     */
    private int lastUnknown(Lookup around) {
        int longest = network.table().longestPrefix();
        List<Contact> closest = around.closest();
        return closest.size() < limits.lookup().k()
                ? longest
                : Math.min(
                        longest, around.target().commonPrefix(closest.getLast().key()));
    }

    private void checkStale(Deadline deadline) throws InterruptedException {
        List<TablePeer> stale = network.table().stale(host.environment().nanoTime());
        try (TaskGroup checks =
                new TaskGroup(host.environment(), "kad-check", limits.table().checks())) {
            for (TablePeer peer : stale) {
                checks.fork(() -> network.members().check(peer));
            }
            checks.await(deadline);
        }
    }

    void close() {
        refreshes.close();
        try {
            network.save();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "saving the table of " + network.protocol() + ": " + e.getMessage());
        }
    }
}
