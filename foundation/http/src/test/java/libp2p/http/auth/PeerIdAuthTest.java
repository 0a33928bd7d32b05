package libp2p.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.identity.Identity;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PrivateKey;
import libp2p.http.HttpProtocolException;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** Both sides, and the examples of the specification. */
class PeerIdAuthTest {
    private static final String HOST = "example.com";

    private static Identity identity(String hex) throws MalformedKeyException {
        return Identity.of(PrivateKey.fromProtobuf(HexFormat.of().parseHex(hex)));
    }

    private final Identity server =
            identity("0801124001010101010101010101010101010101010101010101010101010101010101018a88e3"
                    + "dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c");
    private final Identity client =
            identity("0801124002020202020202020202020202020202020202020202020202020202020202028139"
                    + "770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394");

    /** Time that the test sets. */
    private static final class Clock extends ForwardingEnvironment {
        long nanos = 1;

        Clock() {
            super(SystemEnvironment.shared());
        }

        @Override
        public long nanoTime() {
            return nanos;
        }
    }

    private final Clock clock = new Clock();
    private final PeerIdAuthServer serving = new PeerIdAuthServer(server, clock, Duration.ofHours(1));
    private final PeerIdAuthClient asking = new PeerIdAuthClient(client, clock);

    PeerIdAuthTest() throws MalformedKeyException {}

    @Test
    void signaturesAreThoseOfTheExamples() {
        byte[] serverSigns = AuthParameters.signed(
                "challenge-server",
                "MzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMz",
                "client-public-key",
                client.publicKey().toProtobuf(),
                HOST);
        assertThat(AuthParameters.base64(server.key().sign(serverSigns)))
                .isEqualTo("HQ7BJRaSpRhNCORNiALNJENdwXUyq0eM2cxNoxe-XnQw6oEAMaeYnjMYaHHjgq0XNxZmy4W2ngKUcI1CgprLCQ==");
        byte[] clientSigns = AuthParameters.signed(
                "challenge-client",
                "ERERERERERERERERERERERERERERERERERERERERERE=",
                "server-public-key",
                server.publicKey().toProtobuf(),
                HOST);
        assertThat(AuthParameters.base64(client.key().sign(clientSigns)))
                .isEqualTo("OrwJPO4buHKJdKXP2av8PFwv3XF_-m5MqndskeVV5UzufYzBCTm7RBaFnBS1sEhuQHZSZPh9RJgN5NmLzrUrBQ==");
        byte[] example = AuthParameters.signed(
                "challenge-server",
                "ERERERERERERERERERERERERERERERERERERERERERE=",
                "client-public-key",
                client.publicKey().toProtobuf(),
                HOST);
        assertThat(new String(example, java.nio.charset.StandardCharsets.ISO_8859_1))
                .startsWith(
                        "libp2p-PeerID=challenge-server=ERERERERERERERERERERERERERERERERERERERERERE=6client-public-key=\b\u0001\u0012"
                                + " ")
                .endsWith("\u0014hostname=example.com");
    }

    /** Runs requests until the client is done; the number of them. */
    private int run(PeerIdAuthClient.Handshake handshake, String host) throws HttpProtocolException {
        int requests = 0;
        boolean more = true;
        while (more) {
            requests++;
            more = switch (serving.check(handshake.authorization(), host)) {
                case PeerIdAuthServer.Authenticated known -> {
                    assertThat(known.peer()).isEqualTo(client.peerId());
                    yield handshake.received(200, null, known.info());
                }
                case PeerIdAuthServer.Unauthenticated unknown -> handshake.received(401, unknown.challenge(), null);
            };
        }
        return requests;
    }

    @Test
    void aClientBeginsAndThenUsesItsToken() throws HttpProtocolException {
        PeerIdAuthClient.Handshake first = asking.begin(HOST);
        assertThat(first.mayCarryData()).isFalse();
        assertThat(run(first, HOST)).isEqualTo(2);
        assertThat(first.server()).isEqualTo(server.peerId());
        PeerIdAuthClient.Handshake second = asking.begin(HOST);
        assertThat(second.mayCarryData()).isTrue();
        assertThat(run(second, HOST)).isEqualTo(1);
        assertThat(second.server()).isEqualTo(server.peerId());
        clock.nanos += Duration.ofHours(2).toNanos();
        PeerIdAuthClient.Handshake late = asking.begin(HOST);
        assertThat(run(late, HOST))
                .as("the token has expired: the server begins")
                .isEqualTo(3);
        assertThat(late.server()).isEqualTo(server.peerId());
    }

    @Test
    void tokensChallengesAndProofsOfOthersOrOfOtherHostsAreNotTaken() throws HttpProtocolException {
        run(asking.begin(HOST), HOST);
        String token = asking.begin(HOST).authorization();
        assertThat(serving.check(token, "other.com")).isInstanceOf(PeerIdAuthServer.Unauthenticated.class);
        assertThat(new PeerIdAuthServer(server, clock, Duration.ofHours(1)).check(token, HOST))
                .isInstanceOf(PeerIdAuthServer.Unauthenticated.class);
        PeerIdAuthServer.Unauthenticated challenge = (PeerIdAuthServer.Unauthenticated) serving.check(null, HOST);
        AuthParameters in = AuthParameters.parse(challenge.challenge());
        String forged = new AuthParameters()
                .with("public-key", client.publicKey().toProtobuf())
                .with("challenge-server", "x".repeat(44))
                .with("sig", server.key().sign(new byte[] {1}))
                .with("opaque", String.valueOf(in.get("opaque")))
                .text();
        assertThatThrownBy(() -> serving.check(forged, HOST))
                .isInstanceOf(HttpProtocolException.class)
                .hasMessageContaining("not that of the key");
        String opaqueAsToken = new AuthParameters()
                .with("bearer", String.valueOf(in.get("opaque")))
                .text();
        assertThat(serving.check(opaqueAsToken, HOST)).isInstanceOf(PeerIdAuthServer.Unauthenticated.class);
        clock.nanos += Duration.ofMinutes(6).toNanos();
        assertThat(serving.check(forged, HOST)).isInstanceOf(PeerIdAuthServer.Unauthenticated.class);
    }

    @Test
    void aServerThatIsNotTheOneThatItSaysIsNotBelieved() throws HttpProtocolException {
        PeerIdAuthClient.Handshake handshake = asking.begin(HOST);
        String wrong = new AuthParameters()
                .with("challenge-client", "y".repeat(44))
                .with("public-key", server.publicKey().toProtobuf())
                .with("sig", client.key().sign(new byte[] {1}))
                .with("opaque", "abcd")
                .text();
        assertThatThrownBy(() -> handshake.received(401, wrong, null)).hasMessageContaining("not that of its key");
        assertThatThrownBy(() -> asking.begin(HOST).received(401, "Basic realm=x", null))
                .hasMessageContaining("absent or too short");
        String endless = ((PeerIdAuthServer.Unauthenticated) serving.check(null, HOST)).challenge();
        PeerIdAuthClient.Handshake patient = asking.begin(HOST);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        patient.received(401, endless, null);
                    }
                })
                .hasMessageContaining("not satisfied");
    }

    @Test
    void malformedFieldsAreRefused() {
        for (String field : new String[] {
            "libp2p-PeerID bearer=unquoted",
            "libp2p-PeerID bearer=\"!!\"",
            "libp2p-PeerID sig=\"AA\"",
            "libp2p-PeerID " + "x".repeat(3000),
            "libp2p-PeerID challenge-server=\"abc\", public-key=\""
                    + Base64.getUrlEncoder().encodeToString(new byte[9]) + "\""
        }) {
            assertThatThrownBy(() -> serving.check(field, HOST)).as(field).isInstanceOf(HttpProtocolException.class);
        }
    }
}
