package libp2p.nat.dcutr;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.dcutr.PunchEvent.Result;
import libp2p.nat.dcutr.PunchEvent.Via;

/**
 * The half of the peer that was reached through a relay: it dials the other one, and asks it for punches if that fails.
 */
final class PunchStarter {
    private static final System.Logger LOG = System.getLogger(PunchStarter.class.getName());

    private final PunchParts parts;

    PunchStarter(PunchParts parts) {
        this.parts = parts;
    }

    /** The end of all tries with a peer. */
    enum Outcome {
        /** The peer does not punch holes, or a direct connection was there already. */
        NOTHING_DONE,
        CONNECTED,
        FAILED
    }

    /** Tries to replace a relayed connection by a direct one; blocks. */
    Outcome replace(Connection relayed) throws InterruptedException {
        PeerId peer = relayed.remotePeer();
        DirectConnections direct = parts.direct();
        long start = parts.environment().nanoTime();
        Deadline identified = Deadline.after(parts.environment(), parts.limits().identify());
        if (!direct.awaitProtocol(relayed, HolePuncher.PROTOCOL, identified) || direct.to(peer) != null) {
            return Outcome.NOTHING_DONE;
        }
        boolean done = reverse(peer, start);
        for (int attempt = 1; !done && attempt <= parts.limits().tries() && mayGoOn(relayed); attempt++) {
            parts.active().progress(peer, Via.PUNCH, attempt);
            Result result = attempt(relayed, attempt);
            tell(peer, Via.PUNCH, attempt, result, start);
            done = result == Result.CONNECTED;
            if (result == Result.NO_ADDRESSES || result == Result.REFUSED) { // perhaps it learns some meanwhile
                done = direct.await(
                        peer, Deadline.after(parts.environment(), parts.limits().reconsider()));
            }
        }
        return done ? Outcome.CONNECTED : Outcome.FAILED;
    }

    private boolean mayGoOn(Connection relayed) {
        return relayed.isOpen() && !parts.direct().isClosed();
    }

    private void tell(PeerId peer, Via via, int attempt, Result result, long start) {
        Duration after = Duration.ofNanos(parts.environment().nanoTime() - start);
        parts.ended(new PunchEvent(peer, via, attempt, result, after));
    }

    private boolean reverse(PeerId peer, long start) {
        List<Multiaddr> targets = parts.plan().targets(parts.host().peerstore().addresses(peer), parts.known());
        if (targets.isEmpty()) {
            return false;
        }
        boolean made = parts.dialer().reverse(peer, targets);
        tell(peer, Via.REVERSAL, 0, made ? Result.CONNECTED : Result.FAILED, start);
        return made;
    }

    private Result attempt(Connection relayed, int attempt) throws InterruptedException {
        PeerId peer = relayed.remotePeer();
        PunchPlan plan = parts.plan();
        List<Multiaddr> told = plan.told(parts.own());
        if (told.isEmpty()) {
            return Result.NO_ADDRESSES;
        }
        PunchExchange.Agreed agreed;
        try {
            agreed = parts.exchange().start(relayed, told, parts.known());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "no punch with " + peer + ": " + e.getMessage());
            return parts.direct().to(peer) != null ? Result.CONNECTED : Result.REFUSED;
        }
        if (agreed == null) {
            return Result.NO_ADDRESSES;
        }
        boolean _ =
                parts.direct().await(peer, Deadline.after(parts.environment(), PunchPlan.delay(agreed.roundTrip())));
        Deadline until = Deadline.after(parts.environment(), plan.starterTime(attempt, agreed.roundTrip()));
        return parts.dialer().punch(peer, agreed.targets(), plan.starter(attempt), until)
                ? Result.CONNECTED
                : Result.FAILED;
    }
}
