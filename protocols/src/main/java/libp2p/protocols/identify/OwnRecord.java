package libp2p.protocols.identify;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.host.Host;
import libp2p.core.record.PeerRecord;
import libp2p.multiformats.multiaddr.Multiaddr;

/** The signed peer record of this host: signed anew only when its addresses have changed. */
final class OwnRecord {
    private final Host host;
    private final ReentrantLock lock = new ReentrantLock();
    private List<Multiaddr> signedAddresses = List.of();
    private byte[] signed = new byte[0];
    private long sequence;

    OwnRecord(Host host) {
        this.host = host;
    }

    byte[] current() {
        List<Multiaddr> addresses = host.addresses();
        lock.lock();
        try {
            if (signed.length == 0 || !addresses.equals(signedAddresses)) {
                // As in go the sequence is the time, so that it grows over restarts too.
                long now = host.environment().wallClock().toEpochMilli() * 1_000_000;
                sequence = Math.max(sequence + 1, now);
                signed = PeerRecord.seal(host.identity(), sequence, addresses).toBytes();
                signedAddresses = addresses;
            }
            return signed;
        } finally {
            lock.unlock();
        }
    }
}
