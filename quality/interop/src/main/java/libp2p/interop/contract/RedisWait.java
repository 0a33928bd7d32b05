package libp2p.interop.contract;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Connects to a Redis that may start after this program. */
final class RedisWait {
    private static final Duration RETRY = Duration.ofMillis(200);

    private RedisWait() {}

    /**
     * Tries until it succeeds.
     *
     * @param end when the last attempt may begin, of {@link System#nanoTime}
     * @throws IOException that of the last attempt
     */
    static Redis connect(InetSocketAddress address, long end) throws IOException, InterruptedException {
        for (; ; ) {
            try {
                return Redis.connect(address);
            } catch (IOException e) {
                if (end - System.nanoTime() < RETRY.toNanos()) {
                    throw e;
                }
                Thread.sleep(RETRY);
            }
        }
    }
}
