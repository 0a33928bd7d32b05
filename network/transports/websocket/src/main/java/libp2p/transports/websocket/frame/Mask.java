package libp2p.transports.websocket.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The masking of RFC 6455, section 5.3: each byte XOR the byte of the key at its position modulo 4; eight at a time.
 */
public final class Mask {
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Mask() {}

    /**
     * Masks or unmasks bytes of a buffer in place; position and limit stay.
     *
     * @param key the four bytes, the first one highest
     * @param offset how many bytes of the payload came before
     */
    public static void apply(ByteBuffer buffer, int start, int end, int key, long offset) {
        copy(buffer, start, buffer, start, end - start, key, offset);
    }

    /** Copies bytes from one buffer to another, masked; positions and limits stay. */
    public static void copy(ByteBuffer from, int source, ByteBuffer to, int target, int length, int key, long offset) {
        int turned = Integer.rotateLeft(key, 8 * (int) (offset & 3));
        long wide = (turned & 0xffff_ffffL) << 32 | (turned & 0xffff_ffffL);
        int done = 0;
        for (; done <= length - Long.BYTES; done += Long.BYTES) {
            LONG.set(to, target + done, (long) LONG.get(from, source + done) ^ wide);
        }
        for (; done < length; done++) {
            to.put(target + done, (byte) (from.get(source + done) ^ wide >>> 56));
            wide = Long.rotateLeft(wide, 8);
        }
    }
}
