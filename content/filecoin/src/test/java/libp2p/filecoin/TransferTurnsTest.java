package libp2p.filecoin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import libp2p.core.identity.PeerId;
import org.junit.jupiter.api.Test;

class TransferTurnsTest {
    private static final PeerId MANY = PeerId.parse("12D3KooWBqASkTzQadLpMwr6csgcy6z7DSZN9uq3MCJcTW9SfKip");
    private static final PeerId ONE = PeerId.parse("12D3KooWHug5ZCKBUnNh3q29WBZdEhg7kKZhx4oLMKCdX7KAmK6z");

    @Test
    void aPeerWithManyDealsDoesNotHoldUpOneWithOne() {
        List<UUID> begun = new ArrayList<>();
        TransferTurns turns = new TransferTurns(2, (deal, peer) -> begun.add(deal));
        for (int i = 0; i < 5; i++) {
            turns.enter(new UUID(0, i), MANY);
        }
        turns.enter(new UUID(1, 0), ONE);
        assertThat(begun).containsExactly(new UUID(0, 0), new UUID(0, 1));
        turns.leave(MANY);
        assertThat(begun).hasSize(3).contains(new UUID(1, 0));
        turns.leave(MANY);
        turns.leave(ONE);
        assertThat(begun).hasSize(5);
    }
}
