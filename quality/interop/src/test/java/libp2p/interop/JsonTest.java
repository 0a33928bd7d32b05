package libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void readsEveryKindOfValue() {
        Object value =
                Json.read(" {\"a\": [1, -2.5, 1e3], \"b\": {\"c\": \"x\\n\\u00e9\\\"\"}, \"d\": true, \"e\": null} ");
        assertThat(value).isInstanceOf(Map.class);
        Map<?, ?> members = (Map<?, ?>) value;
        assertThat(members.get("a")).isEqualTo(List.of(1L, -2.5, 1000.0));
        assertThat(members.get("b")).isEqualTo(Map.of("c", "x\né\""));
        assertThat(members.get("d")).isEqualTo(true);
        assertThat(members.containsKey("e")).isTrue();
        assertThat(members.get("e")).isNull();
    }

    @Test
    void readsWhatItWrites() {
        Map<String, Object> value = Map.of("text", "a\"b\\c\u0001→", "list", List.of(Map.of(), List.of(), 7L, false));
        assertThat(Json.read(Json.write(value))).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1", "{\"a\"}", "{\"a\":1,}", "\"x", "\"\\u12\"", "tru", "1 2", "--1", "{a:1}"})
    void refusesWhatIsNoJson(String text) {
        assertThatThrownBy(() -> Json.read(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesEndlessNesting() {
        assertThatThrownBy(() -> Json.read("[".repeat(100_000))).hasMessageContaining("deeper");
    }
}
