package libp2p.transports.websocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import libp2p.core.testing.Fuzz;
import libp2p.core.testing.ScriptedRaw;
import libp2p.http.HeadLimits;
import libp2p.http.HttpProtocolException;
import libp2p.transports.websocket.http.ServerHandshake.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerHandshakeTest {
    private static final String GOOD = """
        GET /chat HTTP/1.1
        Host: server.example.com
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
        Origin: http://example.com
        Sec-WebSocket-Protocol: chat, superchat
        Sec-WebSocket-Extensions: permessage-deflate
        Sec-WebSocket-Version: 13

        """.replace("\n", "\r\n");

    private static ScriptedRaw connection(String text) {
        return new ScriptedRaw(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Outcome accept(ScriptedRaw raw) throws Exception {
        return new ServerHandshake(null, false, HeadLimits.DEFAULT).accept(raw);
    }

    private static String answer(ScriptedRaw raw) {
        return new String(raw.written(), StandardCharsets.US_ASCII);
    }

    @Test
    void answersTheHandshakeOfTheSpecification() throws Exception {
        ScriptedRaw raw = connection(GOOD);
        assertThat(accept(raw)).isInstanceOf(Outcome.Upgraded.class);
        assertThat(answer(raw))
                .startsWith("HTTP/1.1 101 ")
                .contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
                .endsWith("\r\n\r\n")
                .doesNotContain("Extensions")
                .doesNotContain("Protocol:");
    }

    @Test
    void keepsTheBytesThatCameBehindTheRequestHoweverItIsCut() throws Exception {
        for (int piece = 1; piece < GOOD.length() + 6; piece++) {
            int most = piece;
            ScriptedRaw raw = new ScriptedRaw(
                    (GOOD + "frames").getBytes(StandardCharsets.US_ASCII), available -> Math.min(most, available));
            ByteBuffer rest = ((Outcome.Upgraded) accept(raw)).rest();
            assertThat(rest.remaining() + raw.unread()).isEqualTo(6);
            assertThat(StandardCharsets.US_ASCII.decode(rest).toString())
                    .isEqualTo("frames".substring(0, 6 - raw.unread()));
        }
    }

    @Test
    void takesWhatBrowsersAndProxiesMakeOfTheHeader() throws Exception {
        String changed = GOOD.replace("Connection: Upgrade", "connection: keep-alive, UPGRADE\r\nConnection: close")
                .replace("Upgrade: websocket", "UPGRADE:WebSocket \t");
        assertThat(accept(connection(changed))).isInstanceOf(Outcome.Upgraded.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        GET /                  | POST /                  | 405
        HTTP/1.1               | HTTP/1.0                | 505
        HTTP/1.1               | HTTP/2.0                | 505
        GET /chat HTTP/1.1     | GET  /chat HTTP/1.1     | 400
        GET /chat HTTP/1.1     | GET /ch at HTTP/1.1     | 400
        GET /chat HTTP/1.1     | GET /chat               | 400
        Host: server           | X-Host: server          | 400
        Host: server           | Host: a\\r\\nHost: server | 400
        Host: server           | Host : server           | 400
        Host: server           | Ho st: server           | 400
        Host: server           | : server                | 400
        Host: server           | \\s folded: server      | 400
        Host: server           | a\\0: server            | 400
        Origin: http           | Origin http             | 400
        Version: 13            | Version: 12             | 426
        Version: 13            | Version: 13\\r\\nSec-WebSocket-Version: 13 | 426
        dGhlIHNhbXBsZSBub25jZQ== | dGhlIHNhbXBsZSBub25jZQ | 400
        dGhlIHNhbXBsZSBub25jZQ== | dGhlIHNhbXBsZSBub25j  | 400
        dGhlIHNhbXBsZSBub25jZQ== | dGhlIHNhbXBsZSBub25jZR== | 400
        Sec-WebSocket-Key:     | X-Key:                  | 400
        Upgrade: websocket     | Upgrade: h2c            | 404
        Connection: Upgrade    | Connection: close       | 404
        Origin:                | Content-Length: 5\\r\\nO: | 400
        Origin:                | Transfer-Encoding: chunked\\r\\nO: | 400
        """)
    void refusesAndSaysWhy(String from, String to, int status) {
        String replacement = to.replace("\\r\\n", "\r\n").replace("\\0", "\0").replace("\\s", " ");
        assertThat(GOOD).contains(from);
        ScriptedRaw raw = connection(GOOD.replace(from, replacement));
        assertThatExceptionOfType(HttpProtocolException.class)
                .isThrownBy(() -> accept(raw))
                .satisfies(e -> assertThat(e.status()).isEqualTo(status));
        assertThat(answer(raw)).startsWith("HTTP/1.1 " + status + " ").contains("\r\nConnection: close\r\n");
    }

    @Test
    void answersHeadWithoutABodyWhateverItAsksFor() {
        for (String request : List.of("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", GOOD.replace("GET", "HEAD"))) {
            ScriptedRaw raw = connection(request);
            assertThatExceptionOfType(HttpProtocolException.class).isThrownBy(() -> accept(raw));
            assertThat(answer(raw))
                    .startsWith("HTTP/1.1 4")
                    .containsPattern("\r\nContent-Length: [1-9]")
                    .endsWith("\r\n\r\n");
        }
    }

    @Test
    void namesItsVersionToOthers() {
        ScriptedRaw raw = connection(GOOD.replace("Version: 13", "Version: 8"));
        assertThatExceptionOfType(HttpProtocolException.class).isThrownBy(() -> accept(raw));
        assertThat(answer(raw)).contains("\r\nSec-WebSocket-Version: 13\r\n");
    }

    @Test
    void bareLineFeedsEndNothing() {
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> accept(connection(GOOD.replace("\r\n", "\n"))));
        assertThatExceptionOfType(HttpProtocolException.class)
                .isThrownBy(() -> accept(connection(GOOD.replace("Origin", "A: b\nOrigin"))));
    }

    @Test
    void headsAreBounded() {
        assertRefused(431, GOOD.replace("Origin: ", "Origin: " + "x".repeat(HeadLimits.DEFAULT.lineBytes())));
        assertRefused(431, GOOD.replace("Origin", "A: b\r\n".repeat(HeadLimits.DEFAULT.fields()) + "Origin"));
        assertRefused(431, "GET / HTTP/1.1\r\n" + "A: bcd\r\n".repeat(HeadLimits.DEFAULT.bytes()));
    }

    private static void assertRefused(int status, String request) {
        assertThatExceptionOfType(HttpProtocolException.class)
                .isThrownBy(() -> accept(connection(request)))
                .satisfies(e -> assertThat(e.status()).isEqualTo(status));
    }

    @Test
    void readsNoMoreThanItsLimit() {
        ScriptedRaw raw = connection("A".repeat(1 << 20));
        assertThatExceptionOfType(HttpProtocolException.class).isThrownBy(() -> accept(raw));
        assertThat((1 << 20) - raw.unread()).isEqualTo(HeadLimits.DEFAULT.bytes());
    }

    @Test
    void otherRequestsAreAnsweredOrHandedOn() throws Exception {
        String ordinary = "POST /x?y HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
        ScriptedRaw refused = connection(ordinary);
        assertThatExceptionOfType(HttpProtocolException.class).isThrownBy(() -> accept(refused));
        assertThat(answer(refused)).startsWith("HTTP/1.1 404 ").contains("libp2p");

        Outcome outcome = new ServerHandshake(null, true, HeadLimits.DEFAULT).accept(connection(ordinary));
        Outcome.Ordinary handed = (Outcome.Ordinary) outcome;
        assertThat(handed.request().method()).isEqualTo("POST");
        assertThat(handed.request().path()).isEqualTo("/x");
        assertThat(handed.request().headers().only("content-length")).isEqualTo("4");
        assertThat(handed.rest().remaining()).isEqualTo(4);
    }

    @Test
    void aListenerWithAPathTakesOnlyThat() throws Exception {
        ServerHandshake handshake = new ServerHandshake("/chat", false, HeadLimits.DEFAULT);
        assertThat(handshake.accept(connection(GOOD))).isInstanceOf(Outcome.Upgraded.class);
        assertThat(handshake.accept(connection(GOOD.replace("/chat", "/chat?a=b"))))
                .isInstanceOf(Outcome.Upgraded.class);
        assertThatExceptionOfType(HttpProtocolException.class)
                .isThrownBy(() -> handshake.accept(connection(GOOD.replace("/chat", "/"))))
                .satisfies(e -> assertThat(e.status()).isEqualTo(404));
    }

    @Test
    void survivesMutations() {
        Fuzz.run(
                5,
                20_000,
                List.of(GOOD.getBytes(StandardCharsets.US_ASCII)),
                input -> accept(new ScriptedRaw(input)),
                HttpProtocolException.class,
                EOFException.class);
    }
}
