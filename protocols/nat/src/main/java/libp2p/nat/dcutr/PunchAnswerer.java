package libp2p.nat.dcutr;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
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
import libp2p.nat.dcutr.PunchEvent.Result;
import libp2p.nat.dcutr.PunchEvent.Via;

/**
 * The half of the peer that has dialed through a relay: it dials at the moment that the reserved peer names, a bounded
 * number of times.
 */
final class PunchAnswerer {
    /** Peers that are remembered for each that may be punched at the same time. */
    private static final int REMEMBERED = 4;

    private final PunchParts parts;
    private final ReentrantLock lock = new ReentrantLock();
    private final KeyedRates<PeerId> requests;
    /** The tries that were answered over each of the last relayed connections, by their ids. */
    private final SequencedMap<Long, Integer> tries = new LinkedHashMap<>();

    PunchAnswerer(PunchParts parts) {
        this.parts = parts;
        this.requests = new KeyedRates<>(
                parts.limits().perPeer(), REMEMBERED * parts.limits().peers());
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
        PunchExchange.Agreed agreed = parts.exchange()
                .answer(stream, plan.told(parts.own()), parts.known(), targets -> expect(peer, targets));
        if (agreed == null || parts.direct().isClosed()) {
            return;
        }
        int number = count(relayed);
        if (!parts.active().answer(peer, number)) {
            return;
        }
        boolean made = false;
        try {
            Deadline until = Deadline.after(parts.environment(), plan.answererTime(number, agreed.roundTrip()));
            made = parts.dialer().punch(peer, agreed.targets(), plan.answerer(), until);
        } catch (InterruptedException e) {
            if (!parts.active().isSuperseded(peer)) {
                throw e;
            }
        } finally {
            parts.active().leave(peer);
        }
        Duration after = Duration.between(relayed.opened(), parts.environment().wallClock());
        parts.ended(new PunchEvent(peer, Via.PUNCH, number, made ? Result.CONNECTED : Result.FAILED, after));
    }

    /** The number of the try that the peer begins over a relayed connection, from 1. */
    private int count(Connection relayed) {
        lock.lock();
        try {
            int number = tries.merge(relayed.id(), 1, Integer::sum);
            if (tries.size() > REMEMBERED * parts.limits().peers()) {
                tries.pollFirstEntry();
            }
            return number;
        } finally {
            lock.unlock();
        }
    }

    /** The SYN of the other half may arrive first, and from another port than that half knows of. */
    private void expect(PeerId peer, List<Multiaddr> targets) {
        Deadline until = Deadline.after(parts.environment(), parts.limits().longestAttempt());
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
