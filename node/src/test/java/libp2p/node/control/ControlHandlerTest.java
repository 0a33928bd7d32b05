package libp2p.node.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.Node;
import libp2p.ipld.codec.PlainJson;
import libp2p.multiformats.Multibase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths, answers and errors as Kubo's RPC has them. */
class ControlHandlerTest {
    private final Host host = start();
    private final ControlHandler handler = new ControlHandler(new HostOperations(new HostControl(host)).byPath());

    private static Host start() {
        try {
            return Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() {
        host.close();
    }

    private String answer(String method, String target) throws IOException {
        HttpResponse response = handler.handle(HttpRequest.of(method, target, Map.of()));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        response.body().writeTo(body);
        return response.status() + " " + body.toString(UTF_8).strip();
    }

    @Test
    void anIdentityHasTheFieldsOfKubo() throws Exception {
        String answer = answer("POST", "/api/v0/id?encoding=json&stream-channels=true");
        assertThat(answer).startsWith("200 ");
        Node.Mapping id = (Node.Mapping) PlainJson.decode(answer.substring(4).getBytes(UTF_8));
        assertThat(id.entries().keySet()).containsExactly("ID", "PublicKey", "Addresses", "AgentVersion", "Protocols");
        assertThat(id.get("ID")).isEqualTo(new Node.Text(host.peerId().toString()));
    }

    @Test
    void theIdIsInTheBaseThatIsAskedFor() throws Exception {
        assertThat(answer("POST", "/api/v0/id?peerid-base=b58mh")).contains("\"" + host.peerId() + "\"");
        assertThat(answer("POST", "/api/v0/id?peerid-base=base36"))
                .contains("\"" + host.peerId().toCid().toString(Multibase.BASE36) + "\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET  | /api/v0/id                                     | 405 | 405 - Method Not Allowed",
                "POST | /api/v0/nothing                                | 404 | 404 page not found",
                "POST | /api/v0/id?arg=1                               | 400 | takes no argument",
                "POST | /api/v0/id?peerid-base=base1                   | 400 | none of Multibase",
                "POST | /api/v0/id?timeout=1h&timeout=2h               | 400 | is there twice",
                "POST | /api/v0/id?colour=red                          | 400 | no option",
                "POST | /api/v0/id?encoding=xml                        | 400 | only json",
                "POST | /api/v0/swarm/connect                          | 400 | is required",
                "POST | /api/v0/swarm/connect?arg=/ip4/127.0.0.1/tcp/1 | 400 | /p2p/ID",
                "POST | /api/v0/swarm/peers?verbose=perhaps            | 400 | true or false",
                "POST | /api/libp2p/v1/gate?action=dance               | 400 | the action is show",
                "POST | /api/libp2p/v1/gate?action=block               | 400 | is named",
                "POST | /api/libp2p/v1/reload                          | 500 | without --access FILE",
            })
    void mistakesAreTold(String method, String target, int status, String message) throws Exception {
        String answer = answer(method, target);
        assertThat(answer).startsWith(status + " ").contains(message);
        if (status == 400 || status == 500) {
            Node.Mapping error =
                    (Node.Mapping) PlainJson.decode(answer.substring(4).getBytes(UTF_8));
            assertThat(error.entries().keySet()).containsExactly("Message", "Code", "Type", "ExitCode");
        }
    }
}
