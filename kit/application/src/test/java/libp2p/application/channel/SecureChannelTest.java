package libp2p.application.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import libp2p.core.resource.LimitExceededException;
import org.junit.jupiter.api.Test;

class SecureChannelTest {
    private static final byte[] ONE = filled(1);
    private static final byte[] OTHER = filled(2);

    private final SecureChannel dialer = new SecureChannel(ONE, OTHER, SecureChannelLimits.DEFAULT);
    private final SecureChannel listener = new SecureChannel(OTHER, ONE, SecureChannelLimits.DEFAULT);

    private static byte[] filled(int value) {
        byte[] key = new byte[SecureChannel.KEY_LENGTH];
        Arrays.fill(key, (byte) value);
        return key;
    }

    private static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }

    /** What the document's encrypt makes, by the cipher of the JDK. */
    private static byte[] expected(byte[] key, long counter, byte[] plaintext) throws Exception {
        byte[] nonce = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0)
                .putLong(counter)
                .array();
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce));
        return cipher.doFinal(plaintext);
    }

    @Test
    void theNonceIsFourZeroBytesAndALittleEndianCounter() throws Exception {
        for (int i = 0; i < 300; i++) {
            byte[] plaintext = text("message " + i);
            byte[] sealed = dialer.encrypt(plaintext);
            assertThat(sealed)
                    .isEqualTo(expected(ONE, i, plaintext))
                    .hasSize(plaintext.length + SecureChannel.OVERHEAD);
            assertThat(listener.decrypt(sealed)).isEqualTo(plaintext);
        }
    }

    @Test
    void eachDirectionHasItsOwnKeyAndCounter() throws Exception {
        byte[] there = dialer.encrypt(text("same"));
        byte[] back = listener.encrypt(text("same"));
        assertThat(there).isNotEqualTo(back);
        assertThatThrownBy(() -> dialer.decrypt(there)).as("reflected").isInstanceOf(IOException.class);
        assertThat(listener.decrypt(there)).isEqualTo(text("same"));
        assertThat(dialer.decrypt(back)).isEqualTo(text("same"));
        assertThatThrownBy(() -> new SecureChannel(ONE, ONE.clone(), SecureChannelLimits.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void twoEndsOfOneSecretUnderstandEachOther() throws Exception {
        try (SecureChannel first = SecureChannel.dialer(filled(3));
                SecureChannel second = SecureChannel.listener(filled(3));
                SecureChannel stranger = SecureChannel.listener(filled(4))) {
            byte[] sealed = first.encrypt(text("hello"));
            assertThatThrownBy(() -> stranger.decrypt(sealed)).isInstanceOf(IOException.class);
            assertThat(second.decrypt(sealed)).isEqualTo(text("hello"));
            assertThat(first.decrypt(second.encrypt(new byte[0]))).isEmpty();
        }
        assertThatThrownBy(() -> SecureChannel.dialer(new byte[31])).hasMessageContaining("31 bytes");
    }

    @Test
    void whatWasChangedRepeatedOrLeftOutIsRefusedAndTheRightOneMayFollow() throws Exception {
        byte[] first = dialer.encrypt(text("first"));
        byte[] second = dialer.encrypt(text("second"));
        for (int i = 0; i < first.length; i++) {
            byte[] changed = first.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> listener.decrypt(changed)).hasMessageContaining("message 0");
            byte[] cut = Arrays.copyOf(first, i);
            assertThatThrownBy(() -> listener.decrypt(cut)).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> listener.decrypt(second)).isInstanceOf(IOException.class);
        assertThat(listener.decrypt(first)).isEqualTo(text("first"));
        assertThatThrownBy(() -> listener.decrypt(first)).hasMessageContaining("message 1");
        assertThat(listener.decrypt(second)).isEqualTo(text("second"));
    }

    @Test
    void noKeyEncryptsMoreThanTwoToTheThirtyTwoMessages() throws Exception {
        long last = SecureChannel.MOST_MESSAGES - 1;
        SecureChannel sender = new SecureChannel(ONE, OTHER, SecureChannelLimits.DEFAULT, last);
        SecureChannel receiver = new SecureChannel(OTHER, ONE, SecureChannelLimits.DEFAULT, last);
        byte[] sealed = sender.encrypt(text("the last one"));
        assertThat(sealed).isEqualTo(expected(ONE, last, text("the last one")));
        assertThat(receiver.decrypt(sealed)).isEqualTo(text("the last one"));
        assertThatThrownBy(() -> sender.encrypt(text("one more")))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("4294967296");
        byte[] beyond = expected(ONE, last + 1, text("one more"));
        assertThatThrownBy(() -> receiver.decrypt(beyond)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void longMessagesAreRefusedBeforeAnythingIsDone() throws Exception {
        SecureChannelLimits small = new SecureChannelLimits(10);
        SecureChannel sender = new SecureChannel(ONE, OTHER, small);
        SecureChannel receiver = new SecureChannel(OTHER, ONE, small);
        assertThat(receiver.decrypt(sender.encrypt(new byte[10]))).hasSize(10);
        assertThatThrownBy(() -> sender.encrypt(new byte[11])).isInstanceOf(LimitExceededException.class);
        byte[] longer = expected(ONE, 1, new byte[11]);
        assertThatThrownBy(() -> receiver.decrypt(longer)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void aClosedChannelHasNoKeys() throws Exception {
        byte[] sealed = listener.encrypt(text("late"));
        dialer.close();
        dialer.close();
        assertThatThrownBy(() -> dialer.encrypt(text("late"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> dialer.decrypt(sealed)).isInstanceOf(IllegalStateException.class);
    }
}
