package libp2p.quic.wire;

import java.util.Arrays;

/** A range of an array that is read from its start to its end. Reused; one thread at a time. */
public final class WireInput {
    private byte[] bytes = new byte[0];
    private int at;
    private int end;

    /** Goes to the start of a range. */
    public WireInput reset(byte[] source, int offset, int length) {
        bytes = source;
        at = offset;
        end = offset + length;
        return this;
    }

    /** The array that is read. */
    public byte[] bytes() {
        return bytes;
    }

    /** Index of the next byte. */
    public int at() {
        return at;
    }

    /** Whether bytes are left. */
    public boolean hasRemaining() {
        return at < end;
    }

    /** Bytes that are left. */
    public int remaining() {
        return end - at;
    }

    /** A byte, unsigned. */
    public int uint8() throws TransportException {
        if (at >= end) {
            throw tooShort();
        }
        return bytes[at++] & 0xff;
    }

    /** A number of four bytes, unsigned. */
    public long uint32() throws TransportException {
        return number(Integer.BYTES);
    }

    /** Eight bytes as a number. */
    public long uint64() throws TransportException {
        return number(Long.BYTES);
    }

    private long number(int length) throws TransportException {
        int from = skip(length);
        long value = 0;
        for (int i = from; i < from + length; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    /** An integer of variable length; encodings that are longer than they need be are taken. */
    public long varint() throws TransportException {
        int first = uint8();
        int more = (1 << (first >> 6)) - 1;
        if (more > end - at) {
            throw tooShort();
        }
        long value = first & 0x3f;
        for (int stop = at + more; at < stop; at++) {
            value = value << 8 | bytes[at] & 0xff;
        }
        return value;
    }

    /** The length of something that must lie inside the range. */
    public int length() throws TransportException {
        long length = varint();
        if (length > end - at) {
            throw tooShort();
        }
        return (int) length;
    }

    /** Goes over so many bytes and returns the index of the first. */
    public int skip(int length) throws TransportException {
        if (length < 0 || length > end - at) {
            throw tooShort();
        }
        int from = at;
        at += length;
        return from;
    }

    /** A copy of so many bytes. */
    public byte[] copy(int length) throws TransportException {
        int from = skip(length);
        return Arrays.copyOfRange(bytes, from, at);
    }

    private static TransportException tooShort() {
        return new TransportException(TransportError.FRAME_ENCODING_ERROR, "a frame ends too early");
    }
}
