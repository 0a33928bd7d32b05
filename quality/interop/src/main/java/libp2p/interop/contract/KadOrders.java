package libp2p.interop.contract;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;

/**
 * The orders of the environment to a role of the DHT contract (unified-testing, kad-dht).
 *
 * @param part what to do
 * @param redis where Redis is
 * @param key begins the names of all that goes through Redis, of the provided key and of the value
 * @param ip the address to listen on
 */
record KadOrders(Part part, InetSocketAddress redis, String key, String ip) {
    /** The three roles. */
    enum Part {
        /** Tells its address, and serves. */
        BOOTSTRAP,
        /** Announces a key and stores a value by way of the bootstrap peer. */
        PROVIDER,
        /** Looks for both by way of the bootstrap peer. */
        QUERIER
    }

    /** Whether the environment speaks of this contract. */
    static boolean isIn(Map<String, String> environment) {
        return environment.containsKey("ROLE");
    }

    /** @throws IllegalArgumentException if a variable is missing or wrong */
    static KadOrders of(Map<String, String> environment) {
        String role = Orders.required(environment, "ROLE");
        Part part;
        try {
            part = Part.valueOf(role.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("ROLE is none of bootstrap, provider, querier: " + role, e);
        }
        return new KadOrders(
                part,
                Orders.address(Orders.required(environment, "REDIS_ADDR")),
                Orders.required(environment, "TEST_KEY"),
                environment.getOrDefault("LISTENER_IP", "0.0.0.0"));
    }

    /** Key at which the bootstrap peer leaves its address. */
    String bootstrapAddress() {
        return key + "_bootstrap_addr";
    }

    /** The key that the provider sets when it is done. */
    String providerDone() {
        return key + "_provider_done";
    }

    /** The key that is provided: its bytes are the key in the DHT. */
    String providedKey() {
        return "interop-test-key-" + key;
    }

    /** The key of the value. */
    String valueKey() {
        return "/example/data/" + key;
    }
}
