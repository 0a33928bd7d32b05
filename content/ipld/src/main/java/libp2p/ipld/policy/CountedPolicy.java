package libp2p.ipld.policy;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/** A policy as one place asks it, with the number of denials there. Thread-safe. */
public final class CountedPolicy implements ContentPolicy {
    private final ContentPolicy policy;
    private final LongAdder denials = new LongAdder();

    /** Counts what {@code policy} denies when it is asked by way of this object. */
    public CountedPolicy(ContentPolicy policy) {
        this.policy = policy;
    }

    /** Denials so far. */
    public long denials() {
        return denials.sum();
    }

    @Override
    public @Nullable Denial block(Cid cid) {
        return counted(policy.block(cid));
    }

    @Override
    public @Nullable Denial path(String namespace, String root, List<String> rest) {
        return counted(policy.path(namespace, root, rest));
    }

    private @Nullable Denial counted(@Nullable Denial denial) {
        if (denial != null) {
            denials.increment();
        }
        return denial;
    }
}
