package libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Sha256Test {
    private final Random random = new Random(9);

    @ParameterizedTest
    @EnumSource
    void hashesTheSameWhateverThePieces(Engine engine) throws Exception {
        Sha256 sha256 = Engines.only(engine, Primitive.SHA256).sha256();
        Sha256.Hasher hasher = sha256.newHasher();
        for (int round = 0; round < 100; round++) {
            byte[] text = new byte[random.nextInt(round < 50 ? 200 : 50000)];
            random.nextBytes(text);
            for (int at = 0; at < text.length; ) {
                int length = Math.min(text.length - at, 1 + random.nextInt(20000));
                switch (random.nextInt(3)) {
                    case 0 -> hasher.update(text, at, length);
                    case 1 -> hasher.update(ByteBuffer.wrap(text, at, length));
                    default -> hasher.update(Arrays.copyOfRange(text, at, at + length));
                }
                at += length;
            }
            byte[] expected = MessageDigest.getInstance("SHA-256").digest(text);
            assertThat(hasher.finish()).isEqualTo(expected);
            assertThat(sha256.hash(text)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesRangesOutsideTheArray(Engine engine) {
        Sha256.Hasher hasher = Engines.only(engine, Primitive.SHA256).sha256().newHasher();
        assertThatThrownBy(() -> hasher.update(new byte[10], 5, 6)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
