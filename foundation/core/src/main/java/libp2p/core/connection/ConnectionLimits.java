package libp2p.core.connection;

import java.time.Duration;

/**
 * The bounds that a relay sets on a limited connection.
 *
 * @param duration how long the connection may live; zero for no limit
 * @param bytes how many bytes may pass each way; 0 for no limit
 */
public record ConnectionLimits(Duration duration, long bytes) {}
