package libp2p.swarm.peerstore;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.PublicKey;
import libp2p.core.record.SignedEnvelope;
import org.jspecify.annotations.Nullable;

/** What is known about one peer; guarded by the lock of the peerstore. */
final class PeerEntry {
    final AddressSet addresses;
    final Map<String, String> metadata = new HashMap<>(4);
    List<String> protocols = List.of();

    @Nullable
    PublicKey key;

    @Nullable
    SignedEnvelope record;

    long recordSequence;

    PeerEntry(MemoryPeerstore.Limits limits) {
        this.addresses = new AddressSet(limits);
    }
}
