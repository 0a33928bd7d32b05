package libp2p.swarm.resource;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The numbers are those that go-libp2p's defaults give for the same memory and descriptors. */
class ResourceLimitsTest {
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;

    @Test
    void aSmallMachineGetsTheBaseLimits() {
        for (long memory : new long[] {0, 64 * MIB, 128 * MIB}) {
            ResourceLimits limits = ResourceLimits.scaled(memory, 100);
            assertThat(limits.of(ScopeKind.SYSTEM))
                    .isEqualTo(new ScopeLimit(128, 64, 128, 256, 2048, 1024, 2048, 128 * MIB));
            assertThat(limits.of(ScopeKind.TRANSIENT))
                    .isEqualTo(new ScopeLimit(64, 32, 64, 64, 256, 128, 256, 32 * MIB));
            assertThat(limits.of(ScopeKind.PEER)).isEqualTo(new ScopeLimit(8, 8, 8, 4, 512, 256, 512, 64 * MIB));
            assertThat(limits.of(ScopeKind.TRANSIENT_PEER))
                    .isEqualTo(new ScopeLimit(0, 0, 0, 0, 256, 96, 256, 32 * MIB));
            assertThat(limits.of(ScopeKind.PROTOCOL)).isEqualTo(new ScopeLimit(0, 0, 0, 0, 2048, 512, 2048, 64 * MIB));
            assertThat(limits.of(ScopeKind.PROTOCOL_PEER))
                    .isEqualTo(new ScopeLimit(0, 0, 0, 0, 256, 64, 128, 16 * MIB));
            assertThat(limits.of(ScopeKind.SERVICE)).isEqualTo(new ScopeLimit(0, 0, 0, 0, 4096, 1024, 4096, 64 * MIB));
            assertThat(limits.of(ScopeKind.SERVICE_PEER))
                    .isEqualTo(new ScopeLimit(0, 0, 0, 0, 256, 128, 256, 16 * MIB));
            assertThat(limits.of(ScopeKind.CONNECTION)).isEqualTo(new ScopeLimit(1, 1, 1, 1, 0, 0, 0, 32 * MIB));
            assertThat(limits.of(ScopeKind.STREAM)).isEqualTo(new ScopeLimit(0, 0, 0, 0, 1, 1, 1, 16 * MIB));
        }
    }

    @Test
    void aLargeMachineGetsMoreForEveryGibibyte() {
        ResourceLimits limits = ResourceLimits.scaled(4 * GIB, 8192);
        assertThat(limits.of(ScopeKind.SYSTEM))
                .isEqualTo(new ScopeLimit(640, 320, 640, 8192, 10240, 5120, 10240, 128 * MIB + 4 * GIB))
                .isEqualTo(limits.of(ScopeKind.ALLOWLISTED_SYSTEM));
        assertThat(limits.of(ScopeKind.TRANSIENT))
                .isEqualTo(new ScopeLimit(192, 96, 192, 2048, 1280, 640, 1280, 32 * MIB + 512 * MIB))
                .isEqualTo(limits.of(ScopeKind.ALLOWLISTED_TRANSIENT));
        assertThat(limits.of(ScopeKind.PEER))
                .isEqualTo(new ScopeLimit(8, 8, 8, 128, 1536, 768, 1536, 64 * MIB + 512 * MIB));
        assertThat(limits.of(ScopeKind.TRANSIENT_PEER))
                .isEqualTo(new ScopeLimit(0, 0, 0, 0, 1280, 480, 1280, 32 * MIB + 512 * MIB));
        assertThat(limits.of(ScopeKind.PROTOCOL))
                .isEqualTo(new ScopeLimit(0, 0, 0, 0, 4096, 1536, 4096, 64 * MIB + 656 * MIB));
        assertThat(limits.of(ScopeKind.SERVICE))
                .isEqualTo(new ScopeLimit(0, 0, 0, 0, 12288, 3072, 12288, 64 * MIB + 512 * MIB));
        assertThat(limits.of(ScopeKind.SERVICE_PEER)).isEqualTo(new ScopeLimit(0, 0, 0, 0, 288, 144, 288, 32 * MIB));
    }

    @Test
    void partsOfAGibibyteCountAndAreRoundedDown() {
        ScopeLimit system = ResourceLimits.scaled(1001 * MIB, 0).of(ScopeKind.SYSTEM);
        assertThat(system.connections()).isEqualTo(128 + 128 * 1001 / 1024);
        assertThat(system.connectionsInbound()).isEqualTo(64 + 62);
        assertThat(system.memory()).isEqualTo(128 * MIB + 1001 * MIB);
    }

    @Test
    void hugeMachinesDoNotOverflow() {
        ScopeLimit system =
                ResourceLimits.scaled(Long.MAX_VALUE / 2, Integer.MAX_VALUE).of(ScopeKind.SYSTEM);
        assertThat(system.connections()).isPositive();
        assertThat(system.memory()).isPositive();
    }

    @Test
    void onASmallHeapNoConnectionOrPeerMayTakeAllOfIt() {
        ResourceLimits limits = ResourceLimits.scaled(4 * GIB, 8192).withinHeap(64 * MIB);
        assertThat(limits.of(ScopeKind.SYSTEM).memory()).isEqualTo(32 * MIB);
        assertThat(limits.of(ScopeKind.PEER).memory()).isEqualTo(16 * MIB);
        assertThat(limits.of(ScopeKind.CONNECTION).memory()).isEqualTo(8 * MIB);
        assertThat(limits.of(ScopeKind.STREAM).memory()).isEqualTo(4 * MIB);
        assertThat(limits.of(ScopeKind.PEER).streams()).isEqualTo(1536);
    }

    @Test
    void aLargeHeapChangesNothing() {
        ResourceLimits limits = ResourceLimits.scaled(4 * GIB, 8192);
        assertThat(limits.withinHeap(10 * GIB)).isEqualTo(limits);
        assertThat(ResourceLimits.unlimited()
                        .withinHeap(GIB)
                        .of(ScopeKind.SYSTEM)
                        .memory())
                .isEqualTo(GIB / 2);
    }

    @Test
    void aNamedLimitStandsInsteadOfThatOfItsKind() {
        ScopeLimit own = ScopeLimit.UNLIMITED.withDescriptors(3);
        ResourceLimits limits = ResourceLimits.scaled(0, 0).with(ScopeKind.PROTOCOL, "/a", own);
        assertThat(limits.of(ScopeKind.PROTOCOL, "/a")).isEqualTo(own);
        assertThat(limits.of(ScopeKind.PROTOCOL, "/b")).isEqualTo(limits.of(ScopeKind.PROTOCOL));
        assertThat(ResourceLimits.unlimited().of(ScopeKind.PEER)).isEqualTo(ScopeLimit.UNLIMITED);
    }
}
