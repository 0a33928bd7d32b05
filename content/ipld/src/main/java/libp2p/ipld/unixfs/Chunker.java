package libp2p.ipld.unixfs;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import libp2p.ipld.IpldLimits;
import org.jspecify.annotations.Nullable;

/** Cuts a stream into chunks. One thread at a time. */
public interface Chunker {
    /** Bytes that a chunk may have at most: a block less room for the node around it. */
    int LARGEST_CHUNK = IpldLimits.BLOCK_BYTES - 256;

    /**
     * A piece of a stream; the receiver owns the array.
     *
     * @param array that holds it
     * @param offset of the first byte in the array
     * @param length at least 1
     */
    record Chunk(byte[] array, int offset, int length) {
        /** The bytes alone: the array itself if nothing else is in it, else a copy. */
        byte[] bytes() {
            return array.length == length ? array : Arrays.copyOfRange(array, offset, offset + length);
        }
    }

    /** The next chunk, or null at the end of the stream; blocks. */
    @Nullable
    Chunk next() throws IOException;

    /** Makes the chunker of a stream. */
    @FunctionalInterface
    interface Factory {
        /**
         * @param framed whether room for a DAG-PB leaf is wanted around chunks, as far as their size is known before
         */
        Chunker over(InputStream in, boolean framed);
    }

    /**
     * The chunker with a name as Kubo has it: {@code size-N}, {@code rabin}, {@code rabin-AVERAGE},
     * {@code rabin-MIN-AVERAGE-MAX}, {@code buzhash}.
     *
     * @throws IllegalArgumentException if there is none, or its sizes are out of range
     */
    static Factory parse(String name) {
        String[] words = name.split("-", -1);
        int[] numbers = new int[words.length - 1];
        for (int i = 0; i < numbers.length; i++) {
            String word = words[i + 1].substring(words[i + 1].indexOf(':') + 1);
            if (!word.matches("[0-9]{1,9}")) {
                throw unknown(name);
            }
            numbers[i] = Integer.parseInt(word);
        }
        return switch (words[0] + numbers.length) {
            case "size1" -> fixed(numbers[0]);
            case "rabin0" -> rabin(name, 262_144 / 3, 262_144, 262_144 + 262_144 / 2);
            case "rabin1" -> rabin(name, numbers[0] / 3, numbers[0], numbers[0] + numbers[0] / 2);
            case "rabin3" -> rabin(name, numbers[0], numbers[1], numbers[2]);
            case "buzhash0" -> (in, framed) -> new BuzhashChunker(in);
            default -> throw unknown(name);
        };
    }

    private static Factory fixed(int size) {
        if (size < 1 || size > LARGEST_CHUNK) {
            throw new IllegalArgumentException("chunks of " + size + " bytes, allowed are 1 to " + LARGEST_CHUNK);
        }
        return (in, framed) -> new FixedChunker(in, size, framed);
    }

    private static Factory rabin(String name, int min, int average, int max) {
        if (min < RabinChunker.WINDOW || min >= average || average >= max || max > LARGEST_CHUNK) {
            throw new IllegalArgumentException("chunker " + name + ": needed is " + RabinChunker.WINDOW
                    + " <= min < average < max <= " + LARGEST_CHUNK);
        }
        return (in, framed) -> new RabinChunker(in, min, average, max);
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "no chunker " + name + "; there are size-N, rabin, rabin-AVERAGE, rabin-MIN-AVERAGE-MAX and buzhash");
    }
}
