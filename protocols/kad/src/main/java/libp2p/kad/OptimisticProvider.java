package libp2p.kad;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.DistanceThresholds;
import libp2p.kad.lookup.Lookup;
import libp2p.kad.lookup.StopCondition;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.MessageType;

/**
 * Announces a key while the lookup is under way: a peer that is close enough to be one of the k closest is told as soon
 * as it is named, and the caller goes on when three quarters of k have taken it; the others are told later. One use.
 */
final class OptimisticProvider {
    private static final double ENOUGH = 0.75;

    private final DhtNetwork network;
    private final FanOut fanOut;
    private final Key target;
    private final KadMessage request;
    private final KadMessage announcement;
    private final int k;
    private final DistanceThresholds thresholds;
    private final Set<PeerId> told = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private int done;
    private int failed;

    /** @param size of the network, at least k */
    OptimisticProvider(
            Environment environment,
            DhtNetwork network,
            FanOut fanOut,
            byte[] key,
            KadMessage announcement,
            int k,
            double size) {
        this.network = network;
        this.fanOut = fanOut;
        this.target = Key.of(key);
        this.request = KadMessage.of(MessageType.FIND_NODE, key);
        this.announcement = announcement;
        this.k = k;
        this.thresholds = new DistanceThresholds(k, size);
        this.changed = new TimedCondition(environment, lock);
    }

    /** Announces; returns how many were told and have taken it so far. */
    FanOut.Tally provide(Deadline deadline) throws IOException {
        Lookup lookup = network.lookup(target, StopCondition.CLOSEST, deadline);
        int[] close = {0};
        network.run(lookup, contact -> request, (from, answer) -> {
            List<Contact> heard = new ArrayList<>(network.closer(from, answer));
            heard.add(from);
            heard.stream()
                    .filter(contact -> thresholds.isNear(target, contact.key()))
                    .forEach(this::tell);
            // As many as are expected so close have answered: there are hardly any others.
            close[0] += thresholds.isAmongAll(target, from.key()) ? 1 : 0;
            return close[0] >= k;
        });
        lookup.closest().forEach(this::tell);
        network.surroundings(target, lookup.closest(), deadline).forEach(this::tell);
        return awaitEnough(deadline);
    }

    private void tell(Contact contact) {
        if (told.add(contact.id())) {
            fanOut.sendLater(contact, peer -> network.tell(peer, List.of(announcement)), this::count);
        }
    }

    private void count(boolean took) {
        lock.lock();
        try {
            if (took) {
                done++;
            } else {
                failed++;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private FanOut.Tally awaitEnough(Deadline deadline) throws InterruptedIOException {
        lock.lock();
        try {
            int enough = (int) Math.ceil(Math.min(k, told.size()) * ENOUGH);
            boolean inTime = true;
            while (inTime && done < enough && done + failed < told.size()) {
                inTime = changed.await(deadline);
            }
            return new FanOut.Tally(told.size(), done);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("an announcement was interrupted");
        } finally {
            lock.unlock();
        }
    }
}
