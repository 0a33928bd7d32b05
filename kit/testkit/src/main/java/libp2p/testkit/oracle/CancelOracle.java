package libp2p.testkit.oracle;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import libp2p.core.identity.PeerId;

/**
 * CANCEL follows: when a block has come, each other peer that was asked for it, and has not answered, hears that it is
 * wanted no more. Looks at blocks with SHA-256.
 *
 * @see <a href="https://specs.ipfs.tech/bitswap-protocol/">Bitswap</a>
 */
final class CancelOracle implements Oracle {
    private static final int WANTLIST = 1;
    private static final int ENTRIES = 1;
    private static final int FULL = 2;
    private static final int ENTRY_BLOCK = 1;
    private static final int ENTRY_CANCEL = 3;
    private static final int BLOCKS = 2;
    private static final int PAYLOAD = 3;
    private static final int PREFIX = 1;
    private static final int DATA = 2;
    private static final int PRESENCES = 4;
    private static final int PRESENCE_CID = 1;
    private static final int PRESENCE_TYPE = 2;
    private static final int SHA_256 = 0x12;
    private static final long SOON = TimeUnit.SECONDS.toNanos(10);

    /** One host and one of its peers. */
    private record Pair(Object instance, PeerId peer) {}

    private static final class Wants {
        final String who;
        /** The CIDs that were asked for, and since when their block is there, or {@code Long.MAX_VALUE}. */
        final Map<String, Long> arrived = new LinkedHashMap<>();

        final List<Long> connections = new ArrayList<>();

        Wants(String who) {
            this.who = who;
        }
    }

    private final Map<Pair, Wants> all = new LinkedHashMap<>();

    @Override
    public boolean reads(String protocol) {
        return protocol.startsWith("/ipfs/bitswap");
    }

    @Override
    public void heard(Exchange exchange, Fields message, Consumer<String> faults) {
        Pair pair = new Pair(exchange.instance(), exchange.peer());
        Wants wants = all.computeIfAbsent(pair, key -> new Wants(exchange.host() + " to " + exchange.peer()));
        if (!wants.connections.contains(exchange.connection())) {
            wants.connections.add(exchange.connection());
        }
        if (exchange.sent()) {
            for (Fields list : message.messages(WANTLIST)) {
                asked(list, wants);
            }
            return;
        }
        for (Fields presence : message.messages(PRESENCES)) {
            if (presence.number(PRESENCE_TYPE, 0) == 1) {
                wants.arrived.remove(hex(presence.bytes(PRESENCE_CID)));
            }
        }
        for (byte[] block : message.all(BLOCKS)) {
            arrived(wants, "1220" + hex(sha256(block)), exchange);
        }
        for (Fields payload : message.messages(PAYLOAD)) {
            byte[] prefix = payload.bytes(PREFIX);
            if (prefix.length >= 2 && prefix[prefix.length - 2] == SHA_256) {
                arrived(wants, hex(prefix) + hex(sha256(payload.bytes(DATA))), exchange);
            }
        }
    }

    private static void asked(Fields list, Wants wants) {
        if (list.number(FULL, 0) == 1) {
            wants.arrived.clear();
        }
        for (Fields entry : list.messages(ENTRIES)) {
            String cid = hex(entry.bytes(ENTRY_BLOCK));
            if (entry.number(ENTRY_CANCEL, 0) == 1) {
                wants.arrived.remove(cid);
            } else {
                wants.arrived.put(cid, Long.MAX_VALUE);
            }
        }
    }

    private void arrived(Wants from, String cid, Exchange exchange) {
        boolean asked = from.arrived.remove(cid) != null;
        if (!asked) {
            return; // what was not asked for is no answer
        }
        all.forEach((pair, wants) -> {
            if (pair.instance == exchange.instance()) {
                wants.arrived.computeIfPresent(cid, (key, since) -> Math.min(since, exchange.now()));
            }
        });
    }

    @Override
    public void ended(Object instance, long connection) {
        all.entrySet().removeIf(entry -> {
            List<Long> connections = entry.getValue().connections;
            return entry.getKey().instance == instance && connections.remove(connection) && connections.isEmpty();
        });
    }

    @Override
    public void end(long now, Consumer<String> faults) {
        for (Wants wants : all.values()) {
            wants.arrived.forEach((cid, since) -> {
                if (since != Long.MAX_VALUE && now - since > SOON) {
                    faults.accept(wants.who + ": no CANCEL for " + cid + ", which came "
                            + TimeUnit.NANOSECONDS.toSeconds(now - since) + " s ago");
                }
            });
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(byte[] block) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(block);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
