package libp2p.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyReaderTest {
    private static HeadReader.Source source(String text) {
        ByteBuffer in = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        return target -> {
            if (!in.hasRemaining()) {
                return -1;
            }
            int count = Math.min(3, Math.min(in.remaining(), target.remaining()));
            target.put(in.slice(in.position(), count));
            in.position(in.position() + count);
            return count;
        };
    }

    /** The body of a request, with the head read from the same bytes. */
    private static String request(String text) throws IOException {
        HeadReader.Source source = source(text);
        HeadReader reader = new HeadReader(source, HeadLimits.DEFAULT);
        HttpRequest request = new HeadParser(HeadLimits.DEFAULT).request(reader.read());
        return new String(
                BodyReader.ofRequest(request.headers(), source, reader.rest(), 20)
                        .readAllBytes(),
                StandardCharsets.ISO_8859_1);
    }

    private static String response(String text, boolean head) throws IOException {
        HeadReader.Source source = source(text);
        HeadReader reader = new HeadReader(source, HeadLimits.DEFAULT);
        ResponseHead response = new HeadParser(HeadLimits.DEFAULT).response(reader.read());
        return new String(
                BodyReader.ofResponse(response, head, source, reader.rest(), 20).readAllBytes(),
                StandardCharsets.ISO_8859_1);
    }

    private static String post(String fields, String body) {
        return "POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
    }

    @Test
    void bodiesEndWhereTheirLengthTheirChunksOrTheStreamEnd() throws IOException {
        assertThat(request(post("Content-Length: 5\r\n", "hello and more"))).isEqualTo("hello");
        assertThat(request(post("", "none"))).isEmpty();
        assertThat(request(post(
                        "Transfer-Encoding: chunked\r\n",
                        "5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\nT: v\r\n\r\nmore")))
                .isEqualTo("hello0123456789");
        assertThat(response("HTTP/1.1 200 OK\r\n\r\nto the end", false)).isEqualTo("to the end");
        assertThat(response("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true))
                .isEmpty();
        assertThat(response("HTTP/1.1 304 Not Modified\r\n\r\n", false)).isEmpty();
    }

    @Test
    void lengthsThatTwoReadersMayTakeInTwoWaysAreRefused() {
        for (String fields : List.of(
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Content-Length: 5\r\nContent-Length: 5\r\n",
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: +5\r\n",
                "Content-Length: 0x5\r\n",
                "Content-Length: 99999999999999999999\r\n")) {
            assertThatThrownBy(() -> request(post(fields, "hello")))
                    .as(fields)
                    .isInstanceOf(HttpProtocolException.class)
                    .extracting(e -> ((HttpProtocolException) e).status())
                    .isEqualTo(400);
        }
        for (String chunks :
                List.of("5\nhello\n0\n\n", "-1\r\n", "\r\n", "5\r\nhello!\r\n0\r\n\r\n", "g\r\n", " 1 2\r\n")) {
            assertThatThrownBy(() -> request(post("Transfer-Encoding: chunked\r\n", chunks)))
                    .as(chunks)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void bodiesThatAreCutOrTooLongAreErrors() {
        assertThatThrownBy(() -> request(post("Content-Length: 5\r\n", "hell"))).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> request(post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n")))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> request(post("Content-Length: 21\r\n", ""))).hasMessageContaining("more than 20");
        assertThatThrownBy(
                        () -> request(post("Transfer-Encoding: chunked\r\n", "fffffffff\r\n0123456789012345678901234")))
                .hasMessageContaining("more than 20");
        assertThatThrownBy(() -> response("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(21), false))
                .hasMessageContaining("more than 20");
        String trailers = "0\r\n" + ("T: " + "v".repeat(1000) + "\r\n").repeat(10) + "\r\n";
        assertThatThrownBy(() -> request(post("Transfer-Encoding: chunked\r\n", trailers)))
                .hasMessageContaining("behind the body");
    }

    @Test
    void chunksAreWrittenAsTheyAreRead() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChunkedOutput chunks = new ChunkedOutput(out);
        chunks.write("hello".getBytes(StandardCharsets.US_ASCII));
        chunks.write(' ');
        chunks.write(new byte[] {'y', 'o', 'u'});
        chunks.finish();
        assertThat(response(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + out.toString(StandardCharsets.US_ASCII),
                        false))
                .isEqualTo("hello you");
        assertThatThrownBy(() -> HeadWriter.response(200, List.of(new HttpHeaders.Field("A", "b\r\nC: d"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HeadWriter.request("GET", "/a b", List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
