package libp2p.multiformats;

import java.util.Arrays;
import java.util.Random;

/** Seeded damage to valid values: flipped, inserted, removed, repeated and cut parts. */
public final class Mutations {
    private Mutations() {}

    /** Some bytes, damaged in one to four places. */
    public static byte[] mutate(byte[] valid, Random random) {
        byte[] bytes = valid.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes = once(bytes, random);
        }
        return bytes;
    }

    private static byte[] once(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length + 1);
        int end = Math.min(bytes.length, at + random.nextInt(8));
        switch (random.nextInt(6)) {
            case 0 -> {
                if (at < bytes.length) {
                    bytes[at] ^= (byte) (1 << random.nextInt(8));
                }
                return bytes;
            }
            case 1 -> {
                if (at < bytes.length) {
                    bytes[at] = (byte) new int[] {0, 0x7f, 0x80, 0xff}[random.nextInt(4)];
                }
                return bytes;
            }
            case 2 -> {
                return join(Arrays.copyOf(bytes, at), new byte[] {(byte) random.nextInt()}, bytes, at);
            }
            case 3 -> {
                return join(Arrays.copyOf(bytes, at), new byte[0], bytes, end);
            }
            case 4 -> {
                return join(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at, end), bytes, at);
            }
            default -> {
                return Arrays.copyOf(bytes, at);
            }
        }
    }

    private static byte[] join(byte[] head, byte[] middle, byte[] tail, int tailFrom) {
        byte[] joined = Arrays.copyOf(head, head.length + middle.length + tail.length - tailFrom);
        System.arraycopy(middle, 0, joined, head.length, middle.length);
        System.arraycopy(tail, tailFrom, joined, head.length + middle.length, tail.length - tailFrom);
        return joined;
    }

    /** Some text, damaged in one to four places. */
    public static String mutate(String valid, Random random) {
        var text = new StringBuilder(valid);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(8));
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, strange(random));
                case 1 -> text.replace(at, Math.min(text.length(), at + 1), "" + strange(random));
                case 2 -> text.delete(at, end);
                case 3 -> text.insert(at, text.substring(at, end));
                default -> text.setLength(at);
            }
        }
        return text.toString();
    }

    private static char strange(Random random) {
        String likely = "/:.%=-_0159afzAFZ\0\n\u0080\ud83d\ude80\u202e";
        return random.nextInt(4) == 0 ? (char) random.nextInt() : likely.charAt(random.nextInt(likely.length()));
    }
}
