package libp2p.transports.websocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.ReadHandler;
import libp2p.core.testing.Fuzz;
import libp2p.core.testing.ScriptedRaw;
import libp2p.http.HeadLimits;
import libp2p.http.HeadParser;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpProtocolException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientHandshakeTest {
    private static final ClientHandshake CLIENT = new ClientHandshake(SystemEnvironment.shared(), HeadLimits.DEFAULT);
    private static final String GOOD = "HTTP/1.1 101 Switching Protocols\r\n"
            + "Upgrade: websocket\r\n"
            + "Connection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: KEY\r\n\r\n";

    /** A server that answers what it is told to, with the right key for KEY, and some frames in the same segment. */
    private static final class Server implements RawConnection {
        private final UnaryOperator<String> change;
        private final int piece;
        private ByteBuffer answer = ByteBuffer.allocate(0);
        private String request = "";

        Server(UnaryOperator<String> change) {
            this(change, Integer.MAX_VALUE);
        }

        /** @param piece most bytes that arrive at a time */
        Server(UnaryOperator<String> change, int piece) {
            this.change = change;
            this.piece = piece;
        }

        @Override
        public int read(ByteBuffer target) {
            if (!answer.hasRemaining()) {
                return -1;
            }
            int count = Math.min(piece, Math.min(answer.remaining(), target.remaining()));
            target.put(answer.slice(answer.position(), count));
            answer.position(answer.position() + count);
            return count;
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            request = StandardCharsets.US_ASCII.decode(source).toString();
            HttpHeaders headers = new HeadParser(HeadLimits.DEFAULT)
                    .request(request.substring(0, request.length() - 2))
                    .headers();
            String key = String.valueOf(headers.only("Sec-WebSocket-Key"));
            String text = change.apply(GOOD).replace("KEY", AcceptKey.of(key)) + "frames";
            answer = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public void onReadable(ReadHandler handler) {
            throw new UnsupportedOperationException("it only blocks");
        }

        @Override
        public void tryWrite(ByteBuffer source) {
            throw new UnsupportedOperationException("it only blocks");
        }

        @Override
        public Multiaddr localAddress() {
            return Multiaddr.EMPTY;
        }

        @Override
        public Multiaddr remoteAddress() {
            return Multiaddr.EMPTY;
        }

        @Override
        public boolean portReused() {
            return false;
        }

        @Override
        public void close() {}
    }

    @Test
    void keepsTheFrameInTheSegmentOfTheAnswer() throws Exception {
        Server server = new Server(answer -> answer);
        ByteBuffer rest = CLIENT.upgrade(server, "example.com:81", "/p2p");
        assertThat(StandardCharsets.US_ASCII.decode(rest).toString()).isEqualTo("frames");
        assertThat(server.request)
                .startsWith("GET /p2p HTTP/1.1\r\nHost: example.com:81\r\n")
                .contains("\r\nSec-WebSocket-Version: 13\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void anAnswerInPiecesOfAnyLengthIsTheSame() throws Exception {
        for (int piece = 1; piece <= GOOD.length() + 30; piece++) {
            Server server = new Server(answer -> answer, piece);
            ByteBuffer rest = CLIENT.upgrade(server, "example.com:81", "/p2p");
            String frames =
                    StandardCharsets.US_ASCII.decode(rest).toString() + StandardCharsets.US_ASCII.decode(server.answer);
            assertThat(frames).isEqualTo("frames");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Upgrade: websocket         | upgrade: websocket
        Upgrade: websocket         | UPGRADE:WebSocket
        Connection: Upgrade        | connection: \\tupgrade
        Connection: Upgrade        | Connection: keep-alive, Upgrade
        Connection: Upgrade        | Connection: keep-alive\\r\\nconnection: UPGRADE
        Sec-WebSocket-Accept: KEY  | sec-websocket-accept:KEY
        Sec-WebSocket-Accept: KEY  | SEC-WEBSOCKET-ACCEPT: KEY \\t
        Switching Protocols        | Web Socket Protocol Handshake
        101 Switching Protocols    | '101 '
        Connection: Upgrade        | Via: 1.1 proxy\\r\\nServer: x\\r\\nDate: now\\r\\nSet-Cookie: a=b; c\\r\\nConnection: Upgrade
        Connection: Upgrade        | X-Empty:\\r\\nContent-Length: 0\\r\\nConnection: Upgrade
        """)
    void takesWhatProxiesMakeOfTheAnswer(String from, String to) throws Exception {
        assertThat(GOOD).contains(from);
        String changed = to.replace("\\r\\n", "\r\n").replace("\\t", "\t");
        ByteBuffer rest = CLIENT.upgrade(new Server(answer -> answer.replace(from, changed)), "a", "/");
        assertThat(StandardCharsets.US_ASCII.decode(rest).toString()).isEqualTo("frames");
    }

    @Test
    void everyHandshakeHasANewKey() throws Exception {
        Server first = new Server(answer -> answer);
        Server second = new Server(answer -> answer);
        CLIENT.upgrade(first, "a", "/");
        CLIENT.upgrade(second, "a", "/");
        assertThat(first.request).isNotEqualTo(second.request);
    }

    @Test
    void aServerHandshakeAnswersTheClient() throws Exception {
        Server server = new Server(answer -> answer);
        CLIENT.upgrade(server, "[::1]:4001", "/");
        ScriptedRaw raw = new ScriptedRaw(server.request.getBytes(StandardCharsets.US_ASCII));
        assertThat(new ServerHandshake(null, false, HeadLimits.DEFAULT).accept(raw))
                .isInstanceOf(ServerHandshake.Outcome.Upgraded.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        101 Switching Protocols    | 200 OK                         | status 200
        101 Switching Protocols    | 302 Found                      | status 302
        HTTP/1.1 101               | HTTP/2 101                     | malformed
        HTTP/1.1 101               | HTTP/1.1 1011                  | malformed
        Upgrade: websocket         | Upgrade: h2c                   | something else
        Connection: Upgrade        | Connection: close              | something else
        Accept: KEY                | Accept: KEy                    | not answered the key
        Accept: KEY                | Refused: KEY                   | not answered the key
        Connection: Upgrade        | Connection: Upgrade\\r\\nSec-WebSocket-Protocol: a    | not offered
        Connection: Upgrade        | Connection: Upgrade\\r\\nSec-WebSocket-Extensions: permessage-deflate | not offered
        """)
    void refusesServersThatDoNotAgree(String from, String to, String message) {
        Server server = new Server(answer -> answer.replace(from, to.replace("\\r\\n", "\r\n")));
        assertThatExceptionOfType(HttpProtocolException.class)
                .isThrownBy(() -> CLIENT.upgrade(server, "a", "/"))
                .withMessageContaining(message);
    }

    @Test
    void headsOfAnswersAreBounded() {
        Server server = new Server(answer -> answer.replace("\r\n\r\n", "\r\nA: " + "x".repeat(1 << 20)));
        assertThatExceptionOfType(HttpProtocolException.class)
                .isThrownBy(() -> CLIENT.upgrade(server, "a", "/"))
                .withMessageContaining(String.valueOf(HeadLimits.DEFAULT.bytes()));
    }

    @Test
    void survivesMutations() {
        Fuzz.run(
                6,
                20_000,
                List.of(GOOD.getBytes(StandardCharsets.US_ASCII)),
                input -> CLIENT.upgrade(new Server(answer -> new String(input, StandardCharsets.ISO_8859_1)), "a", "/"),
                HttpProtocolException.class,
                java.io.EOFException.class,
                InterruptedIOException.class);
    }
}
