package libp2p.crypto;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Two threads are the first to want an implementation: both use the same from then on, as do later ones. */
@JCStressTest
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "one implementation for all")
@Outcome(expect = Expect.FORBIDDEN, desc = "a thread uses an implementation that was not chosen")
@State
public class SelectionStress {
    private static final EnginePreference PREFERENCE = EnginePreference.parse("sha256=jdk");

    private final Selection<Object> selection = new Selection<>(
            Primitive.SHA256, PREFERENCE, engine -> new Object(), implementation -> true, implementation -> {
                throw new UnsupportedOperationException("nothing is measured");
            });
    private Object first;
    private Object second;

    @Actor
    public void one() {
        first = selection.implementation();
    }

    @Actor
    public void other() {
        second = selection.implementation();
    }

    @Arbiter
    public void count(Z_Result result) {
        result.r1 = first == second && first == selection.implementation();
    }
}
