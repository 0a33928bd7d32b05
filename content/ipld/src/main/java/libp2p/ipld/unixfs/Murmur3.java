package libp2p.ipld.unixfs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** MurmurHash3 x64 128 with seed 0, of which UnixFS takes the first 64 bits (multicodec 0x22). */
final class Murmur3 {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long C1 = 0x87c37b91114253d5L;
    private static final long C2 = 0x4cf5ad432745937fL;

    private Murmur3() {}

    static long hash(byte[] data) {
        long h1 = 0;
        long h2 = 0;
        int whole = data.length & ~15;
        for (int at = 0; at < whole; at += 16) {
            h1 ^= first((long) WORD.get(data, at));
            h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
            h2 ^= second((long) WORD.get(data, at + 8));
            h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
        }
        long k1 = 0;
        long k2 = 0;
        for (int i = data.length - 1; i >= whole; i--) {
            int place = i - whole;
            if (place >= 8) {
                k2 |= (data[i] & 0xffL) << 8 * (place - 8);
            } else {
                k1 |= (data[i] & 0xffL) << 8 * place;
            }
        }
        h2 ^= second(k2);
        h1 ^= first(k1);
        h1 ^= data.length;
        h2 ^= data.length;
        h1 += h2;
        h2 += h1;
        return mix(h1) + mix(h2);
    }

    private static long first(long k) {
        return Long.rotateLeft(k * C1, 31) * C2;
    }

    private static long second(long k) {
        return Long.rotateLeft(k * C2, 33) * C1;
    }

    private static long mix(long value) {
        long k = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        k = (k ^ k >>> 33) * 0xc4ceb9fe1a85ec53L;
        return k ^ k >>> 33;
    }
}
