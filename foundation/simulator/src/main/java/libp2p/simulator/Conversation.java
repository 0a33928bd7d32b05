package libp2p.simulator;

/** A TCP connection through an external port of a router. */
final class Conversation {
    private final SimulatedScheduler scheduler;
    private final NatLifetimes lifetimes;
    private final NatEntry entry;
    private final NatSession session;

    Conversation(SimulatedScheduler scheduler, NatLifetimes lifetimes, NatEntry entry, NatSession session) {
        this.scheduler = scheduler;
        this.lifetimes = lifetimes;
        this.entry = entry;
        this.session = session;
    }

    /** Something is sent; false if the router has forgotten the connection and lets nothing through any more. */
    boolean use() {
        long now = scheduler.now();
        if (!entry.isLive(session, lifetimes, now)) {
            return false;
        }
        session.use(now);
        return true;
    }

    /** The handshake has ended well. */
    void established() {
        session.establish();
    }

    /** One end is closed. */
    void ended() {
        session.end(scheduler.now());
    }
}
