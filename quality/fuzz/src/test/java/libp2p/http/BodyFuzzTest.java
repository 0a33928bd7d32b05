package libp2p.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Heads of any bytes, with the bodies behind them. */
class BodyFuzzTest {
    @FuzzTest
    void body(byte[] data) {
        ByteBuffer in = ByteBuffer.wrap(data);
        HeadReader.Source source = target -> {
            if (!in.hasRemaining()) {
                return -1;
            }
            int count = Math.min(7, Math.min(in.remaining(), target.remaining()));
            target.put(in.slice(in.position(), count));
            in.position(in.position() + count);
            return count;
        };
        try {
            HeadReader reader = new HeadReader(source, HeadLimits.DEFAULT);
            HttpRequest request = new HeadParser(HeadLimits.DEFAULT).request(reader.read());
            byte[] body = BodyReader.ofRequest(request.headers(), source, reader.rest(), 1000)
                    .readAllBytes();
            assertThat(body.length).isLessThanOrEqualTo(1000);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
