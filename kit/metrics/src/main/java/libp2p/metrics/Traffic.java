package libp2p.metrics;

import java.util.concurrent.atomic.LongAdder;

/** Payload bytes in both directions. Thread-safe. */
final class Traffic {
    final LongAdder in = new LongAdder();
    final LongAdder out = new LongAdder();
}
