package libp2p.pubsub.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SignatureException;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.pubsub.rpc.Message;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SigningPolicyTest {
    private static final byte[] DATA = {1, 2, 3};

    private static Identity identity(KeyType type) {
        return Identity.generate(type, SystemEnvironment.shared());
    }

    private static Message signed(Identity author) {
        return SigningPolicy.STRICT_SIGN.author(author, "topic", DATA, 7);
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void aSignatureOfEveryKindOfKeyHolds(KeyType type) throws Exception {
        Message message = signed(identity(type));
        assertThat(SigningPolicy.STRICT_SIGN.flaw(message)).isNull();
        SigningPolicy.STRICT_SIGN.verify(message);
        SigningPolicy.LAX.verify(message);
        assertThat(message.key() == null).isEqualTo(type == KeyType.ED25519 || type == KeyType.SECP256K1);
    }

    @Test
    void everyPartIsSigned() {
        Message good = signed(identity(KeyType.ED25519));
        Message[] forged = {
            new Message(good.from(), new byte[] {9}, good.sequence(), good.topic(), good.signature(), null),
            new Message(good.from(), good.data(), new byte[8], good.topic(), good.signature(), null),
            new Message(good.from(), good.data(), good.sequence(), "other", good.signature(), null),
            new Message(
                    identity(KeyType.ED25519).peerId().toBytes(),
                    good.data(),
                    good.sequence(),
                    good.topic(),
                    good.signature(),
                    null),
        };
        for (Message message : forged) {
            assertThatThrownBy(() -> SigningPolicy.STRICT_SIGN.verify(message))
                    .isInstanceOf(SignatureException.class)
                    .hasMessageContaining("does not hold");
            assertThatThrownBy(() -> SigningPolicy.LAX.verify(message)).isInstanceOf(SignatureException.class);
        }
    }

    /** The signature holds under the key in the message, but the key is not that of the author. */
    @Test
    void aKeyOfAnotherPeerIsRefused() {
        for (KeyType type : new KeyType[] {KeyType.ED25519, KeyType.RSA}) {
            Identity victim = identity(type);
            Identity forger = identity(KeyType.ED25519);
            Message plain = new Message(victim.peerId().toBytes(), DATA, new byte[8], "topic", null, null);
            byte[] prefix = "libp2p-pubsub:".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            byte[] body = plain.unsignedBytes(new byte[0]);
            byte[] bytes = java.util.Arrays.copyOf(prefix, prefix.length + body.length);
            System.arraycopy(body, 0, bytes, prefix.length, body.length);
            Message forged =
                    plain.signed(forger.key().sign(bytes), forger.publicKey().toProtobuf());
            assertThatThrownBy(() -> SigningPolicy.STRICT_SIGN.verify(forged))
                    .isInstanceOf(SignatureException.class)
                    .hasMessageContaining("not that of the author");
        }
    }

    @Test
    void malformedAuthorsAndKeysAreRefused() {
        Message good = signed(identity(KeyType.ED25519));
        for (Message message : new Message[] {
            new Message(new byte[] {1}, DATA, good.sequence(), "topic", good.signature(), null),
            new Message(good.from(), DATA, good.sequence(), "topic", good.signature(), new byte[] {1, 2}),
            new Message(new byte[0], DATA, good.sequence(), "topic", good.signature(), null)
        }) {
            assertThatThrownBy(() -> SigningPolicy.STRICT_SIGN.verify(message)).isInstanceOf(SignatureException.class);
        }
    }

    @Test
    void eachPolicyTakesWhatItShould() {
        Message signed = signed(identity(KeyType.ED25519));
        Message anonymous = Message.anonymous("topic", DATA);
        Message shortNumber = new Message(signed.from(), DATA, new byte[3], "topic", signed.signature(), null);
        assertThat(SigningPolicy.STRICT_SIGN.flaw(anonymous)).contains("no signature");
        assertThat(SigningPolicy.STRICT_SIGN.flaw(shortNumber)).isNull();
        assertThat(SigningPolicy.STRICT_SIGN.oddity(shortNumber)).contains("sequence number");
        assertThat(SigningPolicy.STRICT_SIGN.oddity(signed)).isNull();
        assertThat(SigningPolicy.STRICT_NO_SIGN.oddity(anonymous)).isNull();
        assertThat(SigningPolicy.STRICT_NO_SIGN.flaw(anonymous)).isNull();
        assertThat(SigningPolicy.STRICT_NO_SIGN.flaw(signed)).contains("signature");
        assertThat(SigningPolicy.STRICT_NO_SIGN.flaw(new Message(signed.from(), DATA, null, "topic", null, null)))
                .contains("author");
        assertThat(SigningPolicy.LAX.flaw(anonymous)).isNull();
        assertThat(SigningPolicy.LAX.flaw(signed)).isNull();
        assertThat(SigningPolicy.STRICT_NO_SIGN
                        .author(identity(KeyType.ED25519), "topic", DATA, 1)
                        .from())
                .isNull();
    }
}
