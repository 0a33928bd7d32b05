package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.function.Function;
import libp2p.multiformats.Multihash;
import org.junit.jupiter.api.Test;

class SessionInterestsTest {
    private final SessionInterests<String> interests = new SessionInterests<>();
    private final Multihash one = Multihash.sha256(new byte[] {1});
    private final Multihash two = Multihash.sha256(new byte[] {2});

    @Test
    void eachSessionIsGivenWhatItWantsAndAnotherNothing() {
        interests.add(one, "first");
        interests.add(one, "second");
        interests.add(two, "second");
        assertThat(interests.split(List.of(one, two), Function.identity()))
                .containsOnly(entry("first", List.of(one)), entry("second", List.of(one, two)));
        assertThat(interests.split(List.of(two), Function.identity())).containsOnlyKeys("second");
    }

    @Test
    void whatNoSessionWantsAnyMoreIsForgotten() {
        interests.add(one, "first");
        interests.add(one, "second");
        interests.remove(one, "first");
        assertThat(interests.isWanted(one)).isTrue();
        assertThat(interests.split(List.of(one), Function.identity())).containsOnlyKeys("second");
        interests.remove(one, "second");
        assertThat(interests.isWanted(one)).isFalse();
        assertThat(interests.split(List.of(one, two), Function.identity())).isEmpty();
    }
}
