package libp2p.node.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import libp2p.http.HttpRequest;
import libp2p.multiformats.MalformedException;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** Bodies as Kubo's clients, curl and browsers send them. */
class MultipartReaderTest {
    private static HttpRequest request(String type, InputStream body) {
        return HttpRequest.of("POST", "/", Map.of("Content-Type", type)).withBody(body);
    }

    private static List<String> parts(String type, InputStream body) throws IOException {
        MultipartReader reader = MultipartReader.of(request(type, body));
        List<String> parts = new ArrayList<>();
        for (MultipartBody.Part part = reader.next(); part != null; part = reader.next()) {
            parts.add(part.path() + "|" + part.type() + "|" + part.attributes() + "|"
                    + new String(part.content().readAllBytes(), UTF_8));
        }
        return parts;
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    @Test
    void partsOfCurlAndOfKuboAreRead() throws Exception {
        String curl = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a b.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\nhello\r\n--no\r\n\r\n--x--\r\n";
        assertThat(parts("multipart/form-data; boundary=x", text(curl)))
                .containsExactly("a b.txt|text/plain||hello\r\n--no\r\n");
        String kubo =
                "--b0\r\nContent-Disposition: form-data; name=\"file?mode=0755&mtime=3\"; filename=\"d%2Fs+t\"\r\n"
                        + "Abspath: /d/s\r\n\r\n\r\n--b0--";
        assertThat(parts("multipart/form-data; boundary=\"b0\"", text(kubo)))
                .containsExactly("d/s t|application/octet-stream|mode=0755&mtime=3|");
    }

    @Test
    void whatIsWrittenIsReadHoweverItIsCut() throws Exception {
        Random random = new Random(1);
        List<String> contents = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            byte[] bytes = new byte[random.nextInt(i % 5 == 0 ? 200_000 : 50)];
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = (byte) "\r\n-0a".charAt(random.nextInt(5));
            }
            contents.add(new String(bytes, UTF_8));
        }
        Iterator<String> next = contents.iterator();
        MultipartBody body = new MultipartBody(
                SystemEnvironment.shared(),
                () -> next.hasNext()
                        ? new MultipartBody.Part("Zürich/ä", MultipartBody.FILE, "mtime=1", text(next.next()))
                        : null);
        InputStream cut = new InputStream() {
            @Override
            public int read() throws IOException {
                return body.read();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return body.read(target, offset, Math.min(length, 1 + random.nextInt(300)));
            }
        };
        assertThat(parts(body.type(), cut))
                .isEqualTo(contents.stream()
                        .map(content -> "Zürich/ä|application/octet-stream|mtime=1|" + content)
                        .toList());
    }

    @Test
    void aBodyThatIsCutOrMalformedIsNotTakenForWhole() {
        String whole = "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhello\r\n--x--";
        for (int length = 0; length < whole.length(); length++) {
            String cut = whole.substring(0, length);
            assertThatThrownBy(() -> parts("multipart/form-data; boundary=x", text(cut)))
                    .as(cut)
                    .isInstanceOf(EOFException.class);
        }
        assertThatThrownBy(() -> parts("multipart/form-data; boundary=x", text("--x\r\nnothing\r\n\r\n\r\n--x--")))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> parts(
                        "multipart/form-data; boundary=x", text("--x\r\na: " + "y".repeat(1 << 17) + "\r\n\r\n--x--")))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> parts("text/plain", text(whole))).isInstanceOf(MalformedException.class);
    }
}
