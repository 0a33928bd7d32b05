package libp2p.security.tls;

import static libp2p.contracts.security.Handshakes.ENVIRONMENT;
import static libp2p.contracts.security.Handshakes.join;
import static libp2p.contracts.security.Handshakes.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.contracts.Harness;
import libp2p.contracts.security.HandshakeLink;
import libp2p.contracts.security.Handshakes.Pair;
import libp2p.contracts.security.SecureChannelContract;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.identity.Identity;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.security.Identities;
import libp2p.security.KeyLog;
import libp2p.security.SecurityLimits;
import libp2p.security.records.RecordBuffers;
import org.junit.jupiter.api.Test;

@Harness("tls")
class TlsTest extends SecureChannelContract {
    private static final int SERIAL = 8;

    private final RecordBuffers buffers = RecordBuffers.create();

    @Override
    protected long heldBytes() {
        return buffers.outstandingBytes();
    }

    @Override
    protected SecurityProtocol channel(Identity identity) {
        return Tls.create(identity, ENVIRONMENT, SecurityLimits.DEFAULT, buffers, KeyLog.NONE);
    }

    @Override
    protected long step(long length) {
        return 7;
    }

    private Pair joinWith(String[] initiator, String[] responder) throws Exception {
        Pair pair = join(
                new HandshakeLink(),
                channel(Identities.alice()),
                request(Role.INITIATOR, null, initiator),
                channel(Identities.bob()),
                request(Role.RESPONDER, null, responder));
        pair.close();
        return pair;
    }

    @Test
    void theInitiatorsFirstCommonMuxerIsAgreed() throws Exception {
        Pair pair = joinWith(
                new String[] {"/new/1", "/yamux/1.0.0", "/mplex/6.7.0"}, new String[] {"/mplex/6.7.0", "/yamux/1.0.0"});
        assertThat(pair.initiator().orThrow().earlyMuxer()).isEqualTo("/yamux/1.0.0");
        assertThat(pair.responder().orThrow().earlyMuxer()).isEqualTo("/yamux/1.0.0");
    }

    @Test
    void withoutACommonMuxerTheChoiceIsLeftToNegotiation() throws Exception {
        String[] none = {};
        String[] yamux = {"/yamux/1.0.0"};
        String[] mplex = {"/mplex/6.7.0"};
        for (Pair pair : new Pair[] {joinWith(yamux, none), joinWith(none, yamux), joinWith(yamux, mplex)}) {
            assertThat(pair.initiator().orThrow().earlyMuxer()).isNull();
            assertThat(pair.responder().orThrow().earlyMuxer()).isNull();
        }
    }

    /** Both sides log the four secrets of a handshake under the same name; tshark reads them in quality/interop/quic/keylog. */
    @Test
    void bothSidesLogTheSameSecrets() throws Exception {
        List<String> client = new CopyOnWriteArrayList<>();
        List<String> server = new CopyOnWriteArrayList<>();
        join(
                        new HandshakeLink(),
                        logged(Identities.alice(), client),
                        request(Role.INITIATOR, null),
                        logged(Identities.bob(), server),
                        request(Role.RESPONDER, null))
                .close();
        assertThat(client)
                .containsExactlyInAnyOrderElementsOf(server)
                .allSatisfy(line -> assertThat(line).matches("[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]{64}"));
        assertThat(client.stream().map(line -> line.split(" ")[0]))
                .containsExactlyInAnyOrder(
                        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
                        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                        "CLIENT_TRAFFIC_SECRET_0",
                        "SERVER_TRAFFIC_SECRET_0");
        assertThat(client.stream().map(line -> line.split(" ")[1]).distinct()).hasSize(1);
        assertThat(client.stream().map(line -> line.split(" ")[2]).distinct()).hasSize(4);
    }

    @Test
    void theCertificateIsMadeAtTheFirstHandshakeAndKept() throws Exception {
        AtomicInteger drawn = new AtomicInteger();
        Environment counting = new ForwardingEnvironment(ENVIRONMENT) {
            @Override
            public void secureRandom(byte[] bytes) {
                drawn.addAndGet(bytes.length == SERIAL ? 1 : 0);
                super.secureRandom(bytes);
            }
        };
        Tls bob = Tls.create(Identities.bob(), counting, SecurityLimits.DEFAULT, buffers, KeyLog.NONE);
        assertThat(drawn).as("serial numbers of certificates").hasValue(0);
        for (int i = 0; i < 2; i++) {
            join(
                            new HandshakeLink(),
                            channel(Identities.alice()),
                            request(Role.INITIATOR, null),
                            bob,
                            request(Role.RESPONDER, null))
                    .close();
        }
        assertThat(drawn).hasValue(1);
    }

    private Tls logged(Identity identity, List<String> lines) {
        HexFormat hex = HexFormat.of();
        return Tls.create(
                identity,
                ENVIRONMENT,
                SecurityLimits.DEFAULT,
                buffers,
                (label, random, secret) ->
                        lines.add(label + " " + hex.formatHex(random) + " " + hex.formatHex(secret)));
    }
}
