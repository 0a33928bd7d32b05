package libp2p.kad.lookup;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.KeyPrefixPeerIds;

/**
 * A walk over all servers of a network, without threads: each is asked for the peers of its buckets, one after the
 * other, until one of its answers holds all that are left. Rounds of requests are made and answered; one thread at a
 * time.
 */
public final class Crawl {
    /**
     * A request.
     *
     * @param peer that is asked
     * @param bucket of its that is asked for: the peers that share so many bits with it
     * @param name to ask for
     */
    public record Request(Contact peer, int bucket, byte[] name) {}

    private final int k;
    private final int most;
    private final RandomGenerator random;
    private final Map<PeerId, Contact> known = new HashMap<>();
    private final Map<PeerId, Contact> answered = new LinkedHashMap<>();
    private final Map<PeerId, Contact> asked = new LinkedHashMap<>();
    private final List<Request> next = new ArrayList<>();
    /** Known peers as others name them: the first to name one may have invented its addresses. */
    private final Map<PeerId, Contact> elsewhere = new LinkedHashMap<>();

    private final Map<PeerId, Integer> retries = new HashMap<>();
    private int requests;

    /**
     * A crawl that has not begun.
     *
     * @param seeds to begin with
     * @param self this host, which is never asked
     * @param k peers of one answer at most
     * @param most peers that are asked at most
     * @param random for names in a bucket
     */
    public Crawl(List<Contact> seeds, PeerId self, int k, int most, RandomGenerator random) {
        this.k = k;
        this.most = most;
        this.random = random;
        known.put(self, Contact.of(self, List.of()));
        seeds.forEach(this::learn);
    }

    private void learn(Contact contact) {
        Contact before = known.get(contact.id());
        if (before == null && known.size() <= most) {
            known.put(contact.id(), contact);
            ask(contact, 0);
        } else if (before != null
                && !answered.containsKey(contact.id())
                && !before.addresses().containsAll(contact.addresses())) {
            elsewhere.putIfAbsent(contact.id(), contact);
        }
    }

    /** Peers that were asked and have not answered are asked where others say that they are. */
    private void askElsewhere() {
        for (Contact contact : List.copyOf(elsewhere.values())) {
            boolean isOver = answered.containsKey(contact.id());
            if (isOver || asked.containsKey(contact.id())) {
                elsewhere.remove(contact.id());
                if (!isOver && retries.merge(contact.id(), 1, Integer::sum) <= LookupPeer.RETRIES) {
                    known.put(contact.id(), contact);
                    ask(contact, 0);
                }
            }
        }
    }

    private void ask(Contact peer, int bucket) {
        byte[] name = KeyPrefixPeerIds.near(peer.key().flip(bucket), bucket + 1, random)
                .toBytes();
        next.add(new Request(peer, bucket, name));
    }

    /** The requests that can be made now; none if the crawl has come to its end. */
    public List<Request> round() {
        askElsewhere();
        List<Request> round = List.copyOf(next);
        next.clear();
        requests += round.size();
        round.forEach(request -> asked.put(request.peer().id(), request.peer()));
        return round;
    }

    /** A request was answered; one that failed is not told. */
    public void answered(Request request, List<Contact> named) {
        answered.put(request.peer().id(), request.peer());
        named.forEach(this::learn);
        // The closest to a place in a bucket are its own, then those of all later buckets, then those of earlier ones.
        boolean all = named.size() < k
                || named.stream()
                        .anyMatch(contact ->
                                contact.key().commonPrefix(request.peer().key()) < request.bucket());
        if (!all && request.bucket() + 1 < KeyPrefixPeerIds.MOST_BITS) {
            ask(request.peer(), request.bucket() + 1);
        }
    }

    /** The servers that have answered. */
    public List<Contact> found() {
        return List.copyOf(answered.values());
    }

    /** The servers that were asked, and have not answered. */
    public List<Contact> silent() {
        return asked.values().stream()
                .filter(contact -> !answered.containsKey(contact.id()))
                .toList();
    }

    /** Requests that were made. */
    public int requests() {
        return requests;
    }
}
