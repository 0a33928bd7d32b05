package libp2p.crypto.engine.libcrypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.MaskContext;
import libp2p.crypto.engine.PacketContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The two ways into libcrypto agree, so that an OpenSSL without providers is tested too. */
class ProviderCipherTest {
    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void providersAreFoundInOpenSsl3() {
        assumeTrue(Library.version().startsWith("OpenSSL 3"), Library.version());
        assertThat(ProviderFunctions.LOADED.reason()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(AeadAlgorithm.class)
    void packetsSealedOneWayAreOpenedTheOther(AeadAlgorithm algorithm) {
        assumeTrue(ProviderFunctions.LOADED.functions() != null, ProviderFunctions.LOADED.reason());
        Random random = new Random(11);
        byte[] key = bytes(random, algorithm.keyLength());
        byte[] vector = bytes(random, 12);
        PacketContext[] sealers = {
            new LibcryptoPacketContext(algorithm, key, vector, true),
            new ProviderPacketContext(algorithm, key, vector, true)
        };
        PacketContext[] openers = {
            new LibcryptoPacketContext(algorithm, key, vector, false),
            new ProviderPacketContext(algorithm, key, vector, false)
        };
        for (int i = 0; i < 200; i++) {
            int length = i < 40 ? i : random.nextInt(1500);
            ByteBuffer buffer = i % 3 == 0 ? ByteBuffer.allocate(1600) : ByteBuffer.allocateDirect(1600);
            byte[] header = bytes(random, 1 + random.nextInt(24));
            byte[] plain = bytes(random, length);
            long number = random.nextLong() >>> 2;
            buffer.put(3, header).put(40, plain);
            if (i % 4 < 2) {
                sealers[i & 1].seal(number, buffer, 3, header.length, 40, length);
            } else {
                sealers[i & 1].seal(number, plain, 0, buffer, 3, header.length, 40, length);
            }
            byte[] sealed = new byte[length + 16];
            buffer.get(40, sealed);
            byte[] target = new byte[1600];
            assertThat(openers[1 - (i & 1)].open(number, buffer, 3, header.length, 40, length, target))
                    .isTrue();
            assertThat(Arrays.copyOf(target, length)).isEqualTo(plain);
            sealed[random.nextInt(sealed.length)] ^= 4;
            buffer.put(40, sealed);
            assertThat(openers[1].open(number, buffer, 3, header.length, 40, length, target))
                    .isFalse();
        }
        for (PacketContext context : sealers) {
            context.free();
        }
        for (PacketContext context : openers) {
            context.free();
        }
    }

    @ParameterizedTest
    @EnumSource(AeadAlgorithm.class)
    void masksAreTheSame(AeadAlgorithm algorithm) {
        assumeTrue(ProviderFunctions.LOADED.functions() != null, ProviderFunctions.LOADED.reason());
        Random random = new Random(12);
        byte[] key = bytes(random, algorithm.keyLength());
        MaskContext plain = new LibcryptoMaskContext(algorithm, key);
        MaskContext provider = new ProviderMaskContext(algorithm, key);
        ByteBuffer direct = ByteBuffer.allocateDirect(32);
        for (int i = 0; i < 50; i++) {
            byte[] sample = bytes(random, 32);
            direct.put(0, sample);
            long expected = plain.mask(sample, i % 16);
            assertThat(provider.mask(sample, i % 16)).isEqualTo(expected);
            assertThat(provider.mask(direct, i % 16)).isEqualTo(expected);
        }
        ByteBuffer packets = ByteBuffer.allocateDirect(1600).put(0, bytes(random, 1600));
        ByteBuffer[] masks = {ByteBuffer.allocateDirect(640), ByteBuffer.allocateDirect(640)};
        for (ByteBuffer made : masks) {
            made.order(ByteOrder.LITTLE_ENDIAN);
        }
        plain.masks(packets, 7, 40, 39, masks[0]);
        provider.masks(packets, 7, 40, 39, masks[1]);
        for (int i = 0; i < 39; i++) {
            assertThat(masks[0].getLong(16 * i)).isEqualTo(plain.mask(packets, 7 + 40 * i));
            assertThat(masks[1].getLong(16 * i)).isEqualTo(masks[0].getLong(16 * i));
        }
        plain.free();
        provider.free();
    }
}
