package libp2p.quic.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a client with nothing in flight sends probes, so that the server may go on (RFC 9002, section 6.2.2.1). */
class ClientProbesTest {
    private static final int SEGMENT = 1200;
    private static final int WINDOW = 32;

    private static final class Silent implements LossRecovery.Observer {
        @Override
        public void mtuProbeLost(int size) {}

        @Override
        public void mtuProbeArrived(int size) {}

        @Override
        public void packetLost(PacketSpace space, long number, long now) {}

        @Override
        public void persistentCongestion() {}
    }

    private static LossRecovery recovery(boolean addressValidated) {
        PacketSpace[] spaces = {new PacketSpace(false, 0), new PacketSpace(false, 0), new PacketSpace(true, 0)};
        return new LossRecovery(new CongestionController(SEGMENT, WINDOW), spaces, addressValidated, new Silent());
    }

    /** Its first message takes long to make on a busy machine; a probe before it would say nothing. */
    @Test
    void itSendsNoneBeforeItsFirstPacket() {
        LossRecovery client = recovery(false);
        assertThat(client.nextTimeout(false)).isEqualTo(Long.MAX_VALUE);
        client.active(5);
        assertThat(client.nextTimeout(false)).isBetween(6L, 2_000_000_000L);
    }

    @Test
    void aServerSendsNone() {
        LossRecovery server = recovery(true);
        server.active(5);
        assertThat(server.nextTimeout(false)).isEqualTo(Long.MAX_VALUE);
    }
}
