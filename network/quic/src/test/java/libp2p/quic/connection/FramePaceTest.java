package libp2p.quic.connection;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import libp2p.quic.wire.TransportException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramePaceTest {
    private static final long SECOND = 1_000_000_000L;

    /** A clock may begin anywhere. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE - SECOND})
    void soManyAtOnceAndThenAHundredASecond(long start) throws TransportException {
        FramePace challenges = new FramePace("path challenges");
        arrive(challenges, FramePace.MAX, start);
        arrive(challenges, FramePace.PER_SECOND, start + SECOND);
        assertThatThrownBy(() -> challenges.arrived(start + SECOND))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("limit of 1024 path challenges");
    }

    @ParameterizedTest
    @ValueSource(longs = {-3600 * SECOND, 0})
    void quietTimeIsNotSaved(long start) throws TransportException {
        FramePace challenges = new FramePace("path challenges");
        arrive(challenges, 1, start);
        long later = start + 3600 * SECOND;
        arrive(challenges, FramePace.MAX, later);
        assertThatThrownBy(() -> challenges.arrived(later)).isInstanceOf(TransportException.class);
    }

    private static void arrive(FramePace challenges, int count, long now) throws TransportException {
        for (int i = 0; i < count; i++) {
            challenges.arrived(now);
        }
    }
}
