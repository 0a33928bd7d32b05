package libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.junit.jupiter.api.Test;

class XSalsa20Test {
    private final Random random = new Random(42);

    @Test
    void agreesWithBouncyCastleWhateverTheCutsOfTheStream() {
        for (int round = 0; round < 300; round++) {
            byte[] key = bytes(32);
            byte[] nonce = bytes(24);
            byte[] text = bytes(random.nextInt(5000));
            ByteBuffer buffer =
                    round % 2 == 0 ? ByteBuffer.allocateDirect(7 + text.length) : ByteBuffer.allocate(7 + text.length);
            buffer.put(7, text);
            try (XSalsa20 cipher = new XSalsa20(key, nonce)) {
                for (int at = 0; at < text.length; ) {
                    int length = Math.min(text.length - at, random.nextInt(200));
                    cipher.process(buffer, 7 + at, length);
                    at += length;
                }
            }
            byte[] actual = new byte[text.length];
            buffer.get(7, actual);
            assertThat(actual).isEqualTo(reference(key, nonce, text));
        }
    }

    /** The first block of the stream in section 10 of "Cryptography in NaCl" (secretbox), published with NaCl. */
    @Test
    void producesTheKeyStreamOfNacl() {
        byte[] key = Hex.decode("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
        byte[] nonce = Hex.decode("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
        byte[] stream = new byte[32];
        new XSalsa20(key, nonce).process(stream);
        assertThat(stream).isEqualTo(Hex.decode("eea6a7251c1e72916d11c2cb214d3c252539121d8e234e652d651fa4c8cff880"));
    }

    @Test
    void decryptsWhatItEncrypted() {
        byte[] key = bytes(32);
        byte[] nonce = bytes(24);
        byte[] text = bytes(1000);
        byte[] copy = text.clone();
        new XSalsa20(key, nonce).process(copy);
        assertThat(copy).isNotEqualTo(text);
        new XSalsa20(key, nonce).process(copy);
        assertThat(copy).isEqualTo(text);
    }

    @Test
    void refusesWrongLengthsAndUseAfterClose() {
        assertThatThrownBy(() -> new XSalsa20(new byte[31], new byte[24])).hasMessageContaining("31");
        assertThatThrownBy(() -> new XSalsa20(new byte[32], new byte[8])).hasMessageContaining("8");
        XSalsa20 cipher = new XSalsa20(new byte[32], new byte[24]);
        assertThatThrownBy(() -> cipher.process(ByteBuffer.allocate(8), 4, 5))
                .isInstanceOf(IndexOutOfBoundsException.class);
        cipher.close();
        assertThatThrownBy(() -> cipher.process(new byte[1])).isInstanceOf(IllegalStateException.class);
    }

    private static byte[] reference(byte[] key, byte[] nonce, byte[] text) {
        XSalsa20Engine engine = new XSalsa20Engine();
        engine.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
        byte[] out = new byte[text.length];
        engine.processBytes(text, 0, text.length, out, 0);
        return out;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
