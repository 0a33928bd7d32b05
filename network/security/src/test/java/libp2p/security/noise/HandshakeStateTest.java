package libp2p.security.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.crypto.Crypto;
import libp2p.security.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HandshakeStateTest {
    private static final Crypto CRYPTO = Crypto.standard();

    private final Map<String, Object> vector = vector();
    private final HandshakeState initiator = state("init", true);
    private final HandshakeState responder = state("resp", false);

    @SuppressWarnings("unchecked")
    private static Map<String, Object> vector() {
        Map<String, Object> file = (Map<String, Object>) Json.read("/noise/cacophony_sel.json");
        return ((List<Map<String, Object>>) file.get("vectors"))
                .stream()
                        .filter(candidate -> candidate.get("protocol_name").equals(HandshakeState.PROTOCOL_NAME))
                        .findFirst()
                        .orElseThrow();
    }

    private static byte[] hex(Object text) {
        return HexFormat.of().parseHex((String) text);
    }

    private HandshakeState state(String side, boolean initiates) {
        byte[] staticPrivate = hex(vector.get(side + "_static"));
        return new HandshakeState(
                CRYPTO,
                initiates,
                hex(vector.get(side + "_prologue")),
                staticPrivate,
                CRYPTO.x25519().publicKey(staticPrivate),
                hex(vector.get(side + "_ephemeral")));
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> message(int index) {
        return ((List<Map<String, Object>>) vector.get("messages")).get(index);
    }

    @Tag("vectors")
    @Test
    void messagesAndTransportRecordsAreThoseOfTheVector() throws Exception {
        for (int i = 0; i < 3; i++) {
            HandshakeState sender = i % 2 == 0 ? initiator : responder;
            HandshakeState receiver = i % 2 == 0 ? responder : initiator;
            byte[] payload = hex(message(i).get("payload"));
            byte[] ciphertext = sender.write(payload);
            assertThat(ciphertext).as("message %s", i).isEqualTo(hex(message(i).get("ciphertext")));
            assertThat(receiver.read(ciphertext)).isEqualTo(payload);
        }
        assertThat(initiator.handshakeHash()).isEqualTo(hex(vector.get("handshake_hash")));
        assertThat(responder.handshakeHash()).isEqualTo(hex(vector.get("handshake_hash")));
        byte[][] ofInitiator = initiator.split();
        byte[][] ofResponder = responder.split();
        assertThat(ofInitiator[0]).isEqualTo(ofResponder[1]);
        assertThat(ofInitiator[1]).isEqualTo(ofResponder[0]);
        for (int i = 3; i < 6; i++) { // the vector goes on with the responder
            byte[] key = i % 2 == 0 ? ofInitiator[0] : ofResponder[0];
            try (var sealer = CRYPTO.chacha20Poly1305().sealer(key)) {
                long nonce = (i - 3) / 2;
                assertThat(sealer.seal(nonce, new byte[0], hex(message(i).get("payload"))))
                        .as("transport record %s", i)
                        .isEqualTo(hex(message(i).get("ciphertext")));
            }
        }
    }

    @Test
    void staticKeysAreExchanged() throws Exception {
        assertThatThrownBy(initiator::remoteStatic).isInstanceOf(IllegalStateException.class);
        responder.read(initiator.write(new byte[0]));
        initiator.read(responder.write(new byte[0]));
        responder.read(initiator.write(new byte[0]));
        assertThat(initiator.remoteStatic()).isEqualTo(CRYPTO.x25519().publicKey(hex(vector.get("resp_static"))));
        assertThat(responder.remoteStatic()).isEqualTo(CRYPTO.x25519().publicKey(hex(vector.get("init_static"))));
    }

    @Test
    void messagesOutOfTurnAreAMistakeOfTheCaller() throws Exception {
        assertThatThrownBy(() -> responder.write(new byte[0])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> initiator.read(new byte[32])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(initiator::split).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shortMessagesAreRefused() {
        assertThatThrownBy(() -> responder.read(new byte[31]))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("31 bytes, fewer than 32");
    }

    @Test
    void keysOfSmallOrderAreRefused() throws Exception {
        responder.read(new byte[32]);
        assertThatThrownBy(() -> responder.write(new byte[0]))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("small order");
    }
}
