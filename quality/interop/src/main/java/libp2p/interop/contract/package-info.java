/**
 * The official interoperability contracts: one program that a test runner starts twice, as listener and as dialer, with
 * its orders in environment variables and a Redis server as the meeting place. Both contracts are spoken, that of
 * {@code libp2p/unified-testing} (folder {@code transport}, variables in capitals) and the older one of {@code
 * libp2p/test-plans} (folder {@code transport-interop}).
 *
 * <p>The listener appends its address to a list in Redis and stays; the dialer takes it from there, connects, pings,
 * prints what it measured on standard output and ends with exit code 0. Everything else goes to standard error.
 *
 * <p>The contract of the DHT (folder {@code kad-dht} of unified-testing) has three roles in the variable {@code ROLE}:
 * a bootstrap peer, a provider that announces a key and stores a value, and a querier that looks for both and prints
 * how that went.
 */
@NullMarked
package libp2p.interop.contract;

import org.jspecify.annotations.NullMarked;
