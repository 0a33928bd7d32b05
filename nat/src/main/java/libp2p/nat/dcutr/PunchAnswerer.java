package libp2p.nat.dcutr;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.concurrent.KeyedRates;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.Circuits;
import libp2p.nat.dcutr.PunchEvent.Via;

/**
 * The half of the peer that has dialed through a relay: it does what the reserved peer asks for, a bounded number of
 * times.
 */
final class PunchAnswerer {
    private static final System.Logger LOG = System.getLogger(PunchAnswerer.class.getName());

    private final PunchParts parts;
    private final ReentrantLock lock = new ReentrantLock();
    private final KeyedRates<PeerId> requests;

    PunchAnswerer(PunchParts parts) {
        this.parts = parts;
        this.requests =
                new KeyedRates<>(parts.limits().perPeer(), 4 * parts.limits().peers());
    }

    /** One try. */
    void answer(Stream stream) throws IOException, InterruptedException {
        Connection relayed = stream.connection();
        PeerId peer = relayed.remotePeer();
        if (!Circuits.isRelayed(relayed) || relayed.direction() == Direction.INBOUND || !mayAsk(peer)) {
            stream.reset(ErrorCode.STREAM_GATED);
            return;
        }
        PunchPlan plan = parts.plan();
        PunchExchange.Agreed agreed =
                parts.exchange().answer(stream, plan.told(parts.own()), parts.own(), targets -> expect(peer, targets));
        if (agreed == null || parts.direct().isClosed() || !parts.active().enter(peer)) {
            return;
        }
        try {
            parts.active().progress(peer, Via.PUNCH, 1);
            Deadline until = Deadline.after(parts.environment(), plan.answererTime(agreed.roundTrip()));
            boolean made = parts.dialer().punch(peer, agreed.targets(), plan.answerer(), until);
            LOG.log(System.Logger.Level.DEBUG, () -> "punch with " + peer + (made ? " succeeded" : " failed"));
        } finally {
            parts.active().leave(peer);
        }
    }

    /** The other half may be faster, and may come from another port than it knows of. */
    private void expect(PeerId peer, List<Multiaddr> targets) {
        Deadline until = Deadline.after(parts.environment(), parts.limits().mostAttempt());
        parts.host().expectPunch(PeerAddress.of(peer, targets), until);
    }

    private boolean mayAsk(PeerId peer) {
        lock.lock();
        try {
            return requests.take(peer, parts.environment().nanoTime());
        } finally {
            lock.unlock();
        }
    }
}
