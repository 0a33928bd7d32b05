package libp2p.quic.connection;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import libp2p.quic.wire.TransportException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathChallengesTest {
    private static final long SECOND = 1_000_000_000L;

    /** A clock may begin anywhere. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE - SECOND})
    void soManyAtOnceAndThenAHundredASecond(long start) throws TransportException {
        PathChallenges challenges = new PathChallenges();
        arrive(challenges, PathChallenges.MAX, start);
        arrive(challenges, PathChallenges.PER_SECOND, start + SECOND);
        assertThatThrownBy(() -> challenges.arrived(start + SECOND))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("limit of 1024 path challenges");
    }

    @ParameterizedTest
    @ValueSource(longs = {-3600 * SECOND, 0})
    void quietTimeIsNotSaved(long start) throws TransportException {
        PathChallenges challenges = new PathChallenges();
        arrive(challenges, 1, start);
        long later = start + 3600 * SECOND;
        arrive(challenges, PathChallenges.MAX, later);
        assertThatThrownBy(() -> challenges.arrived(later)).isInstanceOf(TransportException.class);
    }

    private static void arrive(PathChallenges challenges, int count, long now) throws TransportException {
        for (int i = 0; i < count; i++) {
            challenges.arrived(now);
        }
    }
}
