package libp2p.testkit.oracle;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import libp2p.core.identity.PeerId;

/**
 * A provider record that has expired is gone: who was told of a provider names it for 48 hours.
 *
 * @see <a href="https://specs.ipfs.tech/routing/kad-dht/">Kademlia DHT, provider record lifecycle</a>
 */
final class ProviderOracle implements Oracle {
    private static final int TYPE = 1;
    private static final int KEY = 2;
    private static final int PROVIDERS = 9;
    private static final int PEER = 1;
    private static final int ADD_PROVIDER = 2;
    private static final int GET_PROVIDERS = 3;
    private static final long VALID = TimeUnit.HOURS.toNanos(48);
    /** While the message is on its way between store and stream. */
    private static final long SLACK = TimeUnit.SECONDS.toNanos(10);

    private record Record(Object instance, String key, String provider) {}

    private record Stream(Object instance, PeerId peer, long connection) {}

    private final Map<Record, Long> told = new HashMap<>();

    /** The keys that were asked for, as an answer need not name them. */
    private final Map<Stream, String> asked = new HashMap<>();

    @Override
    public boolean reads(String protocol) {
        return protocol.endsWith("/kad/1.0.0");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void heard(Exchange exchange, Fields message, Consumer<String> faults) {
        if (!exchange.inbound()) {
            return;
        }
        long type = message.number(TYPE, 0);
        String key = hex(message.bytes(KEY));
        Stream stream = new Stream(exchange.instance(), exchange.peer(), exchange.connection());
        if (!exchange.sent() && type == ADD_PROVIDER) {
            for (Fields provider : message.messages(PROVIDERS)) {
                told.put(new Record(exchange.instance(), key, hex(provider.bytes(PEER))), exchange.now());
            }
        } else if (!exchange.sent() && type == GET_PROVIDERS) {
            asked.put(stream, key);
        } else if (exchange.sent() && type == GET_PROVIDERS) {
            String of = message.has(KEY) ? key : asked.getOrDefault(stream, "");
            for (Fields provider : message.messages(PROVIDERS)) {
                Long since = told.get(new Record(exchange.instance(), of, hex(provider.bytes(PEER))));
                if (since != null && exchange.now() - since > VALID + SLACK) {
                    faults.accept(exchange.who() + ": a provider of " + of + " that was told "
                            + TimeUnit.NANOSECONDS.toMinutes(exchange.now() - since) + " minutes ago");
                }
            }
        }
    }
}
