package libp2p.kad;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.Peerstore;
import libp2p.core.record.PeerRecord;
import libp2p.core.record.SignedEnvelope;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.KadPeer;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * Signed peer records in messages, an extension that py-libp2p knows: a peer that sends them gets them too, others do
 * not. Received records count only if they were signed by the peer that they are about. Thread-safe.
 */
final class SignedRecords {
    private static final System.Logger LOG = System.getLogger(SignedRecords.class.getName());
    private static final String KNOWS = "kad.records";

    private final Host host;
    private final ReentrantLock lock = new ReentrantLock();
    private List<Multiaddr> signedAddresses = List.of();
    private byte[] own = {};
    private long sequence;

    SignedRecords(Host host) {
        this.host = host;
    }

    /** The message with the record of this host, if the peer knows the extension. */
    KadMessage signed(PeerId to, KadMessage message) {
        return knows(to) ? message.withSenderRecord(own()) : message;
    }

    private boolean knows(PeerId peer) {
        return host.peerstore().metadata(peer, KNOWS) != null;
    }

    /** A peer as it is named to another. */
    KadPeer named(PeerId to, KadPeer peer) {
        SignedEnvelope record = knows(to) ? host.peerstore().record(peer.id()) : null;
        return record == null ? peer : new KadPeer(peer.id(), peer.addresses(), peer.connection(), record.toBytes());
    }

    private byte[] own() {
        List<Multiaddr> addresses = host.addresses();
        lock.lock();
        try {
            if (own.length == 0 || !addresses.equals(signedAddresses)) {
                sequence = Math.max(sequence + 1, host.environment().wallClock().toEpochMilli() * 1_000_000);
                own = PeerRecord.seal(host.identity(), sequence, addresses).toBytes();
                signedAddresses = addresses;
            }
            return own;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the record that a sender signed about itself. */
    void take(PeerId sender, KadMessage message) {
        byte[] record = message.senderRecord();
        if (record != null && take(sender, record, Peerstore.RECENTLY_CONNECTED)) {
            host.peerstore().putMetadata(sender, KNOWS, "1");
        }
    }

    private boolean take(PeerId about, byte[] record, java.time.Duration lifetime) {
        try {
            SignedEnvelope envelope = SignedEnvelope.fromBytes(record);
            if (PeerRecord.open(envelope).peerId().equals(about)) {
                host.peerstore().consume(envelope, lifetime);
                return true;
            }
            LOG.log(Level.DEBUG, "a record about another peer than {0} is refused", about);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "the record of " + about + " is refused: " + e.getMessage());
        }
        return false;
    }
}
