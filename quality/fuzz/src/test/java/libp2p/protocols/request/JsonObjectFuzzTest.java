package libp2p.protocols.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;

/** Objects of JSON without length; what is read is written and read again as the same. */
class JsonObjectFuzzTest {
    @FuzzTest
    void object(byte[] data) {
        Map<String, String> fields;
        try {
            fields = new JsonObjectReader("test", new ByteArrayInputStream(data), 1000).read();
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
            return;
        }
        if (fields.toString().chars().anyMatch(c -> Character.isSurrogate((char) c))) {
            return; // half of a pair can be escaped, but not written
        }
        try {
            byte[] again = JsonObjectReader.write(fields);
            assertThat(new JsonObjectReader("test", new ByteArrayInputStream(again), 10_000).read())
                    .isEqualTo(fields);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
