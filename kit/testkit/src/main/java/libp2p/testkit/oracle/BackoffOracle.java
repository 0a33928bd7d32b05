package libp2p.testkit.oracle;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import libp2p.core.identity.PeerId;

/**
 * A back-off is kept: who has sent or received a PRUNE does not send GRAFT for that topic to that peer before the time
 * in it is over, 60 s where none is named.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/pubsub/gossipsub/gossipsub-v1.1.md">GossipSub 1.1, prune
 *     backoff and peer exchange</a>
 */
final class BackoffOracle implements Oracle {
    private static final int CONTROL = 3;
    private static final int GRAFT = 3;
    private static final int PRUNE = 4;
    private static final int TOPIC = 1;
    private static final int BACKOFF = 3;
    private static final long DEFAULT = 60;
    /** A GRAFT may be on its way to the stream when the PRUNE is read. */
    private static final long ON_ITS_WAY = TimeUnit.SECONDS.toNanos(1);

    private record Link(Object instance, PeerId peer, String topic) {}

    private record Backoff(long from, long until) {}

    private final Map<Link, Backoff> backoffs = new HashMap<>();

    @Override
    public boolean reads(String protocol) {
        return protocol.startsWith("/meshsub/1.") && !protocol.equals("/meshsub/1.0.0");
    }

    @Override
    public void heard(Exchange exchange, Fields message, Consumer<String> faults) {
        long now = exchange.now();
        for (Fields control : message.messages(CONTROL)) {
            if (exchange.sent()) {
                for (Fields graft : control.messages(GRAFT)) {
                    Link link = new Link(exchange.instance(), exchange.peer(), graft.text(TOPIC));
                    Backoff backoff = backoffs.get(link);
                    if (backoff != null && now - backoff.from > ON_ITS_WAY && now < backoff.until) {
                        faults.accept(exchange.who() + ": GRAFT for " + link.topic + ", "
                                + TimeUnit.NANOSECONDS.toMillis(backoff.until - now) + " ms before the back-off ends");
                    }
                }
            }
            for (Fields prune : control.messages(PRUNE)) {
                Link link = new Link(exchange.instance(), exchange.peer(), prune.text(TOPIC));
                long until = now + TimeUnit.SECONDS.toNanos(Math.min(prune.number(BACKOFF, DEFAULT), 1 << 20));
                backoffs.merge(link, new Backoff(now, until), (old, added) -> old.until > added.until ? old : added);
            }
        }
    }
}
