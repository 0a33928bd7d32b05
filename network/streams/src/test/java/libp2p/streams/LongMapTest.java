package libp2p.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LongMapTest {
    @Test
    void doesWhatAHashMapDoes() {
        for (long seed = 0; seed < 15; seed++) {
            Random random = new Random(seed);
            Map<Long, String> model = new HashMap<>();
            LongMap<String> map = new LongMap<>();
            int range = 1 + random.nextInt(2000);
            for (int i = 0; i < 5000; i++) {
                long key = random.nextInt(range) * (random.nextBoolean() ? 1L : 1L << 33);
                if (random.nextInt(3) > 0) {
                    if (model.putIfAbsent(key, "v" + i) == null) {
                        map.put(key, "v" + i);
                    }
                } else {
                    model.remove(key);
                    map.remove(key);
                }
                assertThat(map.get(key)).isEqualTo(model.get(key));
                assertThat(map.size()).isEqualTo(model.size());
            }
            assertThat(map.values()).containsExactlyInAnyOrderElementsOf(model.values());
            model.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
            map.clear();
            assertThat(map.values()).isEmpty();
            assertThat(map.get(1)).isNull();
        }
    }
}
