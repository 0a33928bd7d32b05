package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conditions and ranges of RFC 9110, sections 13 and 14. */
class ConditionsTest {
    private static final byte[] BODY = "0123456789".getBytes(StandardCharsets.US_ASCII);
    private static final String TAG = "\"tag\"";

    private static HttpResponse answer(Map<String, String> asked) {
        Map<String, String> headers = new TreeMap<>(Map.of("Etag", TAG));
        return Conditions.answer(HttpRequest.of("GET", "/", asked), headers, 200, BODY.length, (from, to) -> out -> {
            out.write(BODY, (int) from, (int) (to - from));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=2-4, 206, 234",
        "bytes=8-, 206, 89",
        "bytes=-3, 206, 789",
        "bytes=-30, 206, 0123456789",
        "bytes=5-99, 206, 56789",
        "bytes=0-0, 206, 0",
        "items=2-4, 200, 0123456789",
    })
    void aRangeIsAnsweredWithItsBytes(String range, int status, String body) throws IOException {
        HttpResponse response = answer(Map.of("range", range));
        assertThat(response.status()).isEqualTo(status);
        assertThat(body(response)).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource({"\"tag\", 206", "\"other\", 200", "W/\"tag\", 200", "'Thu, 26 Nov 2026 00:00:00 GMT', 200"})
    void aRangeOfWhatHasChangedIsAnsweredWithAll(String tag, int status) throws IOException {
        HttpResponse response = answer(Map.of("range", "bytes=2-4", "if-range", tag));
        assertThat(response.status()).isEqualTo(status);
        assertThat(body(response)).isEqualTo(status == 206 ? "234" : "0123456789");
    }

    @ParameterizedTest
    @CsvSource({"\"tag\", 304", "W/\"tag\", 304", "*, 304", "\"other\", 200", "'\"other\", \"tag\"', 304"})
    void whatTheClientHasIsNotSentAgain(String tags, int status) {
        assertThat(answer(Map.of("if-none-match", tags)).status()).isEqualTo(status);
    }

    private static String body(HttpResponse response) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        response.body().writeTo(out);
        return out.toString(StandardCharsets.US_ASCII);
    }
}
