package libp2p.testkit.oracle;

import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import libp2p.core.identity.PeerId;

/**
 * IDONTWANT is heeded, and ends: a message does not go to a peer that has said for the last time a second ago that it
 * does not want it, unless it asks for it; and only a host that has got a message says so of it. Messages have the id
 * of the specification, author and number.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/pubsub/gossipsub/gossipsub-v1.2.md">GossipSub 1.2</a>
 */
final class DontWantOracle implements Oracle {
    private static final int PUBLISH = 2;
    private static final int FROM = 1;
    private static final int NUMBER = 3;
    private static final int CONTROL = 3;
    private static final int IWANT = 2;
    private static final int IDONTWANT = 5;
    private static final int IDS = 1;
    private static final int NUMBER_BYTES = 8;
    /** The message may be on its way to the stream when IDONTWANT is read. */
    private static final long ON_ITS_WAY = TimeUnit.SECONDS.toNanos(1);
    /** In three heartbeats a peer has got the message or lost it. */
    private static final long ENDS = TimeUnit.SECONDS.toNanos(3);

    private record Wish(Object instance, PeerId peer, String id) {}

    private record Known(Object instance, String id) {}

    private final Map<Wish, Long> refused = new HashMap<>();
    private final Set<Known> known = new HashSet<>();
    /** Where ids have another form nothing is known of them. */
    private final Set<Known> authors = new HashSet<>();

    @Override
    public boolean reads(String protocol) {
        return protocol.startsWith("/meshsub/1.");
    }

    private static String hex(byte[] id) {
        return HexFormat.of().formatHex(id);
    }

    private boolean isOfAuthor(Object instance, byte[] id) {
        int author = id.length - NUMBER_BYTES;
        return author > 0 && authors.contains(new Known(instance, hex(id).substring(0, 2 * author)));
    }

    @Override
    public void heard(Exchange exchange, Fields message, Consumer<String> faults) {
        Object instance = exchange.instance();
        for (Fields published : message.messages(PUBLISH)) {
            String id = hex(published.bytes(FROM)) + hex(published.bytes(NUMBER));
            known.add(new Known(instance, id));
            authors.add(new Known(instance, hex(published.bytes(FROM))));
            Long since = refused.get(new Wish(instance, exchange.peer(), id));
            if (exchange.sent()
                    && since != null
                    && exchange.now() - since > ON_ITS_WAY
                    && exchange.now() - since < ENDS) {
                faults.accept(exchange.who() + ": message " + id + ", "
                        + TimeUnit.NANOSECONDS.toMillis(exchange.now() - since) + " ms after its IDONTWANT");
            }
        }
        for (Fields control : message.messages(CONTROL)) {
            for (Fields wants : control.messages(IWANT)) {
                wants.all(IDS).forEach(id -> refused.remove(new Wish(instance, exchange.peer(), hex(id))));
            }
            for (Fields wants : control.messages(IDONTWANT)) {
                for (byte[] id : wants.all(IDS)) {
                    if (exchange.sent()) {
                        if (!known.contains(new Known(instance, hex(id))) && isOfAuthor(instance, id)) {
                            faults.accept(exchange.who() + ": IDONTWANT for " + hex(id) + ", which has not arrived");
                        }
                    } else {
                        refused.putIfAbsent(new Wish(instance, exchange.peer(), hex(id)), exchange.now());
                    }
                }
            }
        }
    }
}
