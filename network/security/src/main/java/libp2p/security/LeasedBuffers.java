package libp2p.security;

import libp2p.security.records.RecordBuffers;

/** The buffers in which secure channels hold records, for tests that look for those that are not given back. */
public final class LeasedBuffers {
    private LeasedBuffers() {}

    /** Buffers of this process that are leased now. Thread-safe. */
    public static int count() {
        return RecordBuffers.shared().outstanding();
    }
}
