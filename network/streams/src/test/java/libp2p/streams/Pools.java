package libp2p.streams;

/** Pools for tests. */
public final class Pools {
    private Pools() {}

    /** One that overwrites what comes back, so that bytes read too late are wrong. */
    public static ChunkPool poisoned() {
        return new ChunkPool(1 << 20, true);
    }
}
