package libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import libp2p.crypto.algorithm.AeadAlgorithm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("vectors")
class PacketCipherTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static Aead aead(Engine engine, AeadAlgorithm algorithm) {
        return Engines.only(
                        engine,
                        algorithm == AeadAlgorithm.CHACHA20_POLY1305 ? Primitive.CHACHA20_POLY1305 : Primitive.AES_GCM)
                .aead(algorithm);
    }

    /** RFC 9001, sections A.2 and A.5. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void masksAreThoseOfTheSpecification(Engine engine) {
        byte[] aes = hex("00d1b1c98dd7689fb8ec11d242b123dc9b");
        HeaderMask mask = aead(engine, AeadAlgorithm.AES_128_GCM).headerMask(hex("9f50449e04a0e810283a1e9933adedd2"));
        assertThat(Long.reverseBytes(mask.mask(aes, 1)) >>> 24).isEqualTo(0x437b9aec36L);
        byte[] chacha = hex("5e5cd55c41f69080575d7999c25a5bfb");
        byte[] key = hex("25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4");
        HeaderMask other = aead(engine, AeadAlgorithm.CHACHA20_POLY1305).headerMask(key);
        for (int i = 0; i < 3; i++) {
            assertThat(Long.reverseBytes(other.mask(chacha, 0)) >>> 24).isEqualTo(0xaefefe7d03L);
        }
        assertThatThrownBy(() -> other.mask(chacha, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        other.close();
        assertThatThrownBy(() -> other.mask(chacha, 0)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void masksOfABatchAreThoseOfItsSamples(Engine engine) {
        for (AeadAlgorithm algorithm : AeadAlgorithm.values()) {
            HeaderMask mask = aead(engine, algorithm).headerMask(new byte[algorithm.keyLength()]);
            byte[] bytes = new byte[1000];
            new Random(3).nextBytes(bytes);
            for (boolean direct : new boolean[] {false, true}) {
                ByteBuffer packets = direct ? ByteBuffer.allocateDirect(1000) : ByteBuffer.allocate(1000);
                packets.put(0, bytes);
                ByteBuffer masks = direct ? ByteBuffer.allocateDirect(160) : ByteBuffer.allocate(160);
                masks.order(ByteOrder.LITTLE_ENDIAN);
                for (int count = 0; count <= 10; count++) {
                    mask.masks(packets, 33, 101, count, masks);
                    for (int i = 0; i < count; i++) {
                        assertThat(masks.getLong(16 * i)).isEqualTo(mask.mask(bytes, 33 + 101 * i));
                    }
                }
                for (int[] range : new int[][] {
                    {-1, 10, 2}, {0, -1, 2}, {985, 0, 1}, {80, 101, 10}, {0, Integer.MAX_VALUE - 1, 3}, {0, 1, 11}
                }) {
                    assertThatThrownBy(() -> mask.masks(packets, range[0], range[1], range[2], masks))
                            .isInstanceOf(IndexOutOfBoundsException.class);
                }
            }
            mask.close();
            assertThatThrownBy(() -> mask.masks(ByteBuffer.allocate(16), 0, 0, 1, ByteBuffer.allocate(16)))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    /** RFC 9001, section A.5. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void sealsTheShortHeaderPacketOfTheSpecification(Engine engine) {
        Aead chacha = aead(engine, AeadAlgorithm.CHACHA20_POLY1305);
        byte[] key = hex("c6d98ff3441c3fe1b2182094f69caa2ed4b716b65488960a7a984979fb23e1c8");
        byte[] vector = hex("e0459b3474bdd0e44a41c144");
        for (boolean direct : new boolean[] {false, true}) {
            ByteBuffer packet = direct ? ByteBuffer.allocateDirect(40) : ByteBuffer.allocate(40);
            packet.put(7, hex("4200bff401"));
            chacha.packetCipher(key, vector, true).seal(654360564, packet, 7, 4, 11, 1);
            byte[] sealed = new byte[21];
            packet.get(7, sealed);
            assertThat(sealed).isEqualTo(hex("4200bff4655e5cd55c41f69080575d7999c25a5bfb"));
            byte[] plain = new byte[8];
            int length = chacha.packetCipher(key, vector, false).open(654360564, packet, 7, 4, 11, 17, plain);
            assertThat(Arrays.copyOf(plain, length)).isEqualTo(hex("01"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "LIBCRYPTO,AES_128_GCM,true", "LIBCRYPTO,AES_128_GCM,false", "LIBCRYPTO,AES_256_GCM,true",
        "LIBCRYPTO,CHACHA20_POLY1305,true", "LIBCRYPTO,CHACHA20_POLY1305,false", "BOUNCY_CASTLE,AES_128_GCM,false",
        "JDK,CHACHA20_POLY1305,true", "JDK,AES_128_GCM,true"
    })
    void packetsOfEveryLengthAgreeWithTheOrdinaryAead(Engine engine, AeadAlgorithm algorithm, boolean direct)
            throws Exception {
        Aead aead = aead(engine, algorithm);
        Random random = new Random(7);
        byte[] key = new byte[algorithm.keyLength()];
        byte[] vector = new byte[12];
        random.nextBytes(key);
        random.nextBytes(vector);
        try (PacketCipher sealer = aead.packetCipher(key, vector, true);
                PacketCipher fromArrays = aead.packetCipher(key, vector, true);
                PacketCipher opener = aead.packetCipher(key, vector, false);
                AeadOpener ordinary = aead.opener(key)) {
            ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(2000) : ByteBuffer.allocate(2000);
            byte[] target = new byte[2000];
            for (int i = 0; i < 60; i++) {
                int length = i < 20 ? i : random.nextInt(1500);
                int aadLength = 1 + random.nextInt(30);
                byte[] plain = new byte[length];
                byte[] aad = new byte[aadLength];
                random.nextBytes(plain);
                random.nextBytes(aad);
                long number = random.nextLong() >>> 2;
                buffer.put(100, aad).put(200, plain);
                sealer.seal(number, buffer, 100, aadLength, 200, length);
                byte[] sealed = new byte[length + 16];
                buffer.get(200, sealed);
                byte[] source = new byte[5 + length];
                System.arraycopy(plain, 0, source, 5, length);
                buffer.put(200, new byte[length + 16]);
                fromArrays.seal(number, source, 5, buffer, 100, aadLength, 200, length);
                byte[] fromArray = new byte[length + 16];
                buffer.get(200, fromArray);
                assertThat(fromArray).isEqualTo(sealed);
                assertThat(Arrays.copyOfRange(source, 5, 5 + length)).isEqualTo(plain);
                byte[] nonce = vector.clone();
                ByteBuffer.wrap(nonce).putLong(4, ByteBuffer.wrap(vector).getLong(4) ^ number);
                ordinary.open(nonce, aad, ByteBuffer.wrap(sealed.clone()), 0, sealed.length);
                buffer.put(200, sealed);
                assertThat(opener.open(number, buffer, 100, aadLength, 200, sealed.length, target))
                        .isEqualTo(length);
                assertThat(Arrays.copyOf(target, length)).isEqualTo(plain);
                sealed[random.nextInt(sealed.length)] ^= 1;
                buffer.put(200, sealed);
                assertThat(opener.open(number, buffer, 100, aadLength, 200, sealed.length, target))
                        .isEqualTo(-1);
                assertThat(Arrays.copyOf(target, length)).isEqualTo(new byte[length]);
            }
        }
    }

    /** libcrypto takes a negative length for a large one, and would end the process. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void noLengthThatIsWrongReachesAnEngine(Engine engine) {
        Aead aead = aead(engine, AeadAlgorithm.AES_128_GCM);
        PacketCipher sealer = aead.packetCipher(new byte[16], new byte[12], true);
        PacketCipher opener = aead.packetCipher(new byte[16], new byte[12], false);
        byte[] target = new byte[50];
        for (boolean direct : new boolean[] {false, true}) {
            ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(100) : ByteBuffer.allocate(100);
            for (int length = 0; length < 16; length++) {
                assertThat(opener.open(1, buffer, 0, 4, 10, length, target)).isEqualTo(-1);
            }
            assertThat(opener.open(1, buffer, 0, 4, 10, -5, target)).isEqualTo(-1);
            for (int[] range : new int[][] {
                {0, 4, 10, -1},
                {0, 4, 10, Integer.MIN_VALUE},
                {0, 4, 10, Integer.MAX_VALUE},
                {0, 4, 90, 0},
                {0, -1, 10, 5},
                {-1, 4, 10, 5},
                {99, 2, 10, 5},
                {0, 4, -1, 5},
                {0, Integer.MAX_VALUE, 0, 0}
            }) {
                assertThatThrownBy(() -> sealer.seal(1, buffer, range[0], range[1], range[2], range[3]))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> sealer.seal(1, target, 0, buffer, range[0], range[1], range[2], range[3]))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
            for (int[] range : new int[][] {{-1, 5}, {46, 5}, {0, 51}, {Integer.MAX_VALUE, 5}}) {
                assertThatThrownBy(() -> sealer.seal(1, target, range[0], buffer, 0, 4, 10, range[1]))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThatThrownBy(() -> opener.open(1, buffer, 0, 4, 10, 70, target))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> aead.packetCipher(new byte[16], new byte[11], true))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
