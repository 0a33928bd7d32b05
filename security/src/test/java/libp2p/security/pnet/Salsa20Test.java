package libp2p.security.pnet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.crypto.StreamCipher;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.junit.jupiter.api.Test;

class Salsa20Test {
    /** Expects the key stream to be that of another implementation, whatever the pieces it is taken in. */
    private static void compare(StreamCipher expected, Salsa20 cipher, byte[] key, byte[] nonce, Random random) {
        expected.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
        int length = 1 + random.nextInt(5_000);
        byte[] plaintext = new byte[length];
        random.nextBytes(plaintext);
        byte[] ciphertext = new byte[length];
        expected.processBytes(plaintext, 0, length, ciphertext, 0);
        ByteBuffer buffer =
                random.nextBoolean() ? ByteBuffer.allocateDirect(length + 9) : ByteBuffer.allocate(length + 9);
        buffer.put(9, plaintext);
        for (int at = 0; at < length; ) {
            int piece = Math.min(length - at, random.nextInt(random.nextBoolean() ? 10 : 300));
            cipher.apply(buffer, 9 + at, piece);
            at += piece;
        }
        byte[] actual = new byte[length];
        buffer.get(9, actual);
        assertThat(actual).isEqualTo(ciphertext);
    }

    @Test
    void bothCiphersAgreeWithAnotherImplementation() {
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            byte[] key = new byte[Salsa20.KEY_LENGTH];
            byte[] nonce = new byte[Salsa20.LONG_NONCE];
            byte[] shortNonce = new byte[Salsa20.SHORT_NONCE];
            random.nextBytes(key);
            random.nextBytes(nonce);
            random.nextBytes(shortNonce);
            compare(new XSalsa20Engine(), Salsa20.extended(key, nonce), key, nonce, random);
            compare(new Salsa20Engine(), Salsa20.plain(key, shortNonce), key, shortNonce, random);
        }
    }

    @Test
    void theFirstVectorOfECryptIsMet() {
        byte[] key = new byte[32];
        key[0] = (byte) 0x80;
        byte[] stream = new byte[64];
        Salsa20.plain(key, new byte[8]).apply(ByteBuffer.wrap(stream), 0, 64);
        assertThat(HexFormat.of().formatHex(stream, 0, 16)).isEqualTo("e3be8fdd8beca2e3ea8ef9475b29a6e7");
    }
}
