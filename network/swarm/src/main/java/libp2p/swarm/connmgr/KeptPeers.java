package libp2p.swarm.connmgr;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;

/** The peers that are kept connected, each by a {@link PeerReconnector}, and protected as long. Thread-safe. */
final class KeptPeers {
    private final Host host;
    private final TagBook tags;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<PeerReconnector> keepers = new ArrayList<>();
    private long keeps;
    private boolean closed;

    /** @param most peers that are kept at a time */
    KeptPeers(Host host, TagBook tags, int most) {
        this.host = host;
        this.tags = tags;
        this.most = most;
    }

    Registration keep(PeerAddress address) {
        PeerId peer = address.peer();
        if (peer == null) {
            throw new IllegalArgumentException("only a peer with a known id can be kept: " + address);
        }
        PeerReconnector keeper = new PeerReconnector(host, peer, address);
        String protection;
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the connection manager is closed");
            }
            if (keepers.size() >= most) {
                throw new IllegalStateException("keeping " + peer + " connected is refused: " + most
                        + " peers are kept already, as many as trimming.kept allows");
            }
            protection = "kept-" + ++keeps;
            tags.protect(peer, protection);
            keepers.add(keeper);
        } finally {
            lock.unlock();
        }
        host.environment().start("keep " + peer.shortName(), keeper);
        return () -> release(keeper, protection);
    }

    private void release(PeerReconnector keeper, String protection) {
        lock.lock();
        try {
            if (!keepers.remove(keeper)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        keeper.close();
        tags.unprotect(keeper.peer(), protection);
    }

    /** The peer is not connected any more. */
    void lost(PeerId peer) {
        List<PeerReconnector> waiting;
        lock.lock();
        try {
            waiting = keepers.stream()
                    .filter(keeper -> keeper.peer().equals(peer))
                    .toList();
        } finally {
            lock.unlock();
        }
        waiting.forEach(PeerReconnector::lost);
    }

    /** Ends the threads; the connections stay. */
    void close() {
        List<PeerReconnector> ending;
        lock.lock();
        try {
            closed = true;
            ending = List.copyOf(keepers);
            keepers.clear();
        } finally {
            lock.unlock();
        }
        ending.forEach(PeerReconnector::close);
    }
}
