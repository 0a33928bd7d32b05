package libp2p.muxers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {
    @Test
    void theDefaultsAreThoseOfTheField() {
        assertThat(MuxerLimits.DEFAULT.acceptBacklog()).isEqualTo(256);
        assertThat(MuxerLimits.DEFAULT.yamux().unacknowledged()).isEqualTo(256);
        assertThat(MuxerLimits.DEFAULT.yamux().window()).isEqualTo(16 << 20);
        assertThat(MuxerLimits.DEFAULT.yamux().pingInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(MuxerLimits.DEFAULT.writeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(MuxerLimits.DEFAULT.mplex().message()).isEqualTo(1 << 20);
        assertThat(MuxerLimits.DEFAULT.mplex().receiveBuffer()).isEqualTo(4 << 20);
    }

    @Test
    void refusesWhatCannotWorkAndNamesIt() {
        assertThatThrownBy(() -> MuxerLimits.DEFAULT.withStreams(0, 1))
                .hasMessage("muxers.inbound-streams is 0, possible: 1 to 1000000 streams");
        assertThatThrownBy(() -> MuxerLimits.DEFAULT.withStreams(1, -1)).hasMessageContaining("outbound-streams");
        assertThatThrownBy(() ->
                        MuxerLimits.DEFAULT.withTimeouts(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .hasMessageContaining("write-timeout");
        assertThatThrownBy(() -> new MuxerLimits.Refusals(1, 1, Duration.ofMillis(1001)))
                .hasMessageContaining("pause");
        assertThatThrownBy(() -> new MuxerLimits.Yamux(1, 1000, 1, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .hasMessageContaining("window");
        assertThatThrownBy(() -> new MuxerLimits.Mplex(1 << 20, 1 << 19, 1))
                .hasMessage("mplex.receive-buffer is 524288, possible: at least mplex.message, which is 1048576");
    }
}
