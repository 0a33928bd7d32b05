package libp2p.core.testing;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** Feeds a decoder with seeded mutations of valid inputs; only declared exceptions may come out. */
public final class Fuzz {
    /** The code under test. */
    @FunctionalInterface
    public interface Decoder {
        void decode(byte[] input) throws Exception;
    }

    private Fuzz() {}

    /**
     * Runs the decoder on every valid input and on that many mutations.
     *
     * @throws AssertionError naming seed and input if another exception comes out
     */
    @SafeVarargs
    public static void run(
            long seed, int runs, List<byte[]> corpus, Decoder decoder, Class<? extends Exception>... allowed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (byte[] valid : corpus) {
            tryOne(seed, valid, decoder, allowed);
        }
        for (int i = 0; i < runs; i++) {
            byte[] input = corpus.get(random.nextInt(corpus.size()));
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                input = mutate(random, input, corpus);
            }
            tryOne(seed, input, decoder, allowed);
        }
    }

    private static void tryOne(long seed, byte[] input, Decoder decoder, Class<? extends Exception>[] allowed) {
        try {
            decoder.decode(input.clone());
        } catch (Throwable thrown) {
            if (Arrays.stream(allowed).noneMatch(type -> type.isInstance(thrown))) {
                throw new AssertionError(
                        "seed " + seed + ", input " + HexFormat.of().formatHex(input), thrown);
            }
        }
    }

    private static byte[] mutate(SplittableRandom random, byte[] input, List<byte[]> corpus) {
        int at = input.length == 0 ? 0 : random.nextInt(input.length);
        byte[] out = input.clone();
        switch (input.length == 0 ? 3 : random.nextInt(7)) {
            case 0 -> out[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> out[at] = (byte) random.nextInt(256);
            case 2 -> out = Arrays.copyOf(out, at);
            case 3 -> out = insert(out, at, random, 1 + random.nextInt(8));
            case 4 ->
                out = join(
                        Arrays.copyOf(out, at),
                        Arrays.copyOfRange(out, Math.min(at + 1 + random.nextInt(8), out.length), out.length));
            case 5 -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                out = join(Arrays.copyOf(out, at), Arrays.copyOfRange(other, Math.min(at, other.length), other.length));
            }
            default -> Arrays.fill(out, at, Math.min(out.length, at + 1 + random.nextInt(10)), (byte) 0xff);
        }
        return out;
    }

    private static byte[] insert(byte[] input, int at, SplittableRandom random, int count) {
        byte[] more = new byte[count];
        random.nextBytes(more);
        return join(join(Arrays.copyOf(input, at), more), Arrays.copyOfRange(input, at, input.length));
    }

    private static byte[] join(byte[] a, byte[] b) {
        byte[] out = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, out, a.length, b.length);
        return out;
    }
}
