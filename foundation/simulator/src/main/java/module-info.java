/**
 * A deterministic simulator: virtual threads under a seeded scheduler, simulated time, a simulated network with faults,
 * and traces. Product code that takes everything from {@link libp2p.core.environment.Environment} runs in it unchanged.
 */
@org.jspecify.annotations.NullMarked
module libp2p.simulator {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires java.management;

    exports libp2p.simulator;
}
