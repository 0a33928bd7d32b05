package libp2p.protocols.identify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.host.Host;
import libp2p.core.record.PeerRecord;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * The signed peer records of this host, one for each set of addresses that peers are told by where they are: signed
 * anew only when the addresses have changed. Addresses that return are signed anew too, since peers take a record only
 * if its sequence number is greater than that of the one they have.
 */
final class OwnRecord {
    /** For peers on this machine, in private networks and on the internet. */
    private static final int KINDS = 3;

    private final Host host;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<List<Multiaddr>, byte[]> signed = new LinkedHashMap<>(8, 0.75f, true);
    /** All addresses of the host when the records were signed. */
    private List<Multiaddr> present = List.of();

    private long sequence;

    OwnRecord(Host host) {
        this.host = host;
    }

    /**
     * The record of some of the host's addresses.
     *
     * @param all addresses of the host now
     */
    byte[] of(List<Multiaddr> all, List<Multiaddr> addresses) {
        lock.lock();
        try {
            if (!all.equals(present)) {
                signed.clear();
                present = all;
            }
            byte[] known = signed.get(addresses);
            if (known != null) {
                return known;
            }
            // As in go the sequence is the time, so that it grows over restarts too.
            long now = host.environment().wallClock().toEpochMilli() * 1_000_000;
            sequence = Math.max(sequence + 1, now);
            byte[] record =
                    PeerRecord.seal(host.identity(), sequence, addresses).toBytes();
            signed.put(addresses, record);
            if (signed.size() > KINDS) {
                signed.pollFirstEntry();
            }
            return record;
        } finally {
            lock.unlock();
        }
    }
}
