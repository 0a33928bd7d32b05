package libp2p.quic.wire;

import java.io.ByteArrayOutputStream;
import java.util.NavigableSet;

/** Makes ACK frames as a remote peer would encode them. */
public final class Acknowledgements {
    private Acknowledgements() {}

    /**
     * The frame of some packet numbers.
     *
     * @param most ranges, the largest first; the rest is left out
     * @param counts of ECT(0), ECT(1) and CE, or null
     */
    public static AckFrame of(NavigableSet<Long> numbers, int most, long... counts) throws TransportException {
        ByteArrayOutputStream ranges = new ByteArrayOutputStream();
        long largest = numbers.last();
        long bottom = largest;
        long top = largest;
        int more = -1;
        for (long number : numbers.descendingSet()) {
            if (number < bottom - 1) {
                more = append(ranges, more, top, bottom);
                if (more + 1 >= most) {
                    bottom = -1;
                    break;
                }
                put(ranges, bottom - number - 2);
                top = number;
            }
            bottom = number;
        }
        if (bottom >= 0) {
            more = append(ranges, more, top, bottom);
        }
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        put(frame, largest);
        put(frame, 0);
        put(frame, more);
        frame.writeBytes(ranges.toByteArray());
        for (long count : counts) {
            put(frame, count);
        }
        AckFrame ack = new AckFrame();
        byte[] bytes = frame.toByteArray();
        ack.read(new WireInput().reset(bytes, 0, bytes.length), counts.length > 0);
        return ack;
    }

    private static int append(ByteArrayOutputStream ranges, int more, long top, long bottom) {
        put(ranges, top - bottom);
        return more + 1;
    }

    private static void put(ByteArrayOutputStream out, long value) {
        byte[] bytes = new byte[VarInt.MAX_LENGTH];
        out.write(bytes, 0, VarInt.write(bytes, 0, value));
    }
}
