package libp2p.node.nat;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import libp2p.nat.dcutr.HolePuncher;
import libp2p.nat.dcutr.PunchEvent.Result;
import libp2p.nat.dcutr.PunchEvent.Via;

/** The meters of hole punching: {@code libp2p.holepunch.attempts} by the way that was tried and by its result. */
public final class PunchMeters {
    private PunchMeters() {}

    /** Registers the meters of a hole puncher that runs. */
    public static void bind(MeterRegistry registry, HolePuncher puncher) {
        for (Via via : Via.values()) {
            for (Result result : Result.values()) {
                FunctionCounter.builder("libp2p.holepunch.attempts", puncher, holes -> holes.attempts(via, result))
                        .tag("via", via.name().toLowerCase(Locale.ROOT))
                        .tag("result", result.name().toLowerCase(Locale.ROOT))
                        .register(registry);
            }
        }
    }
}
