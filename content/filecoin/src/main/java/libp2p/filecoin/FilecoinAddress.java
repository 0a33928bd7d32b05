package libp2p.filecoin;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import libp2p.multiformats.Blake2b;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multibase;
import libp2p.multiformats.Varint;
import org.jspecify.annotations.Nullable;

/**
 * An address of an account or an actor (Filecoin specification, appendix address): a number ({@code f0}), the hash of a
 * secp256k1 key ({@code f1}) or of an actor ({@code f2}), a BLS key ({@code f3}), or what another actor has given out
 * ({@code f4}). Immutable.
 */
public final class FilecoinAddress {
    /** The protocols of addresses, in the order of their numbers. */
    public enum Kind {
        /** A number that the chain has given out. */
        ID,
        /** The hash of a secp256k1 key. */
        SECP256K1,
        /** The hash of how an actor was made. */
        ACTOR,
        /** A BLS key. */
        BLS,
        /** A name that an actor has given out. */
        DELEGATED
    }

    private static final int HASH = 20;
    private static final int BLS_KEY = 48;
    private static final int SUBADDRESS = 54;
    private static final int CHECKSUM = 4;
    private static final int TEXT = 115;
    private static final int DIGITS = 19;

    private final byte[] bytes;

    private FilecoinAddress(byte[] bytes) {
        this.bytes = bytes;
    }

    /** An address by its number, which is not negative. */
    public static FilecoinAddress id(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("an id of an actor is not negative: " + number);
        }
        return of(Kind.ID, Varint.encode(number));
    }

    /** The address of a secp256k1 key, an uncompressed point of 65 bytes. */
    public static FilecoinAddress secp256k1(byte[] publicKey) {
        return of(Kind.SECP256K1, Blake2b.digest(publicKey, HASH));
    }

    private static FilecoinAddress of(Kind kind, byte[] payload) {
        byte[] bytes = new byte[1 + payload.length];
        bytes[0] = (byte) kind.ordinal();
        System.arraycopy(payload, 0, bytes, 1, payload.length);
        return fromBytes(bytes);
    }

    /**
     * Reads an address from its bytes.
     *
     * @throws MalformedException if they are none
     */
    public static FilecoinAddress fromBytes(byte[] bytes) {
        if (bytes.length < 2 || bytes[0] < 0 || bytes[0] >= Kind.values().length) {
            throw new MalformedException("filecoin address: neither f0, f1, f2, f3 nor f4");
        }
        int payload = bytes.length - 1;
        Kind kind = Kind.values()[bytes[0]];
        boolean right = switch (kind) {
            case ID -> payload <= 9 && Varint.size(Varint.decode(bytes, 1, bytes.length)) == payload;
            case SECP256K1, ACTOR -> payload == HASH;
            case BLS -> payload == BLS_KEY;
            case DELEGATED -> payload - Varint.size(Varint.decode(bytes, 1, bytes.length)) <= SUBADDRESS;
        };
        if (!right) {
            throw new MalformedException("filecoin address: f" + bytes[0] + " with " + payload + " bytes");
        }
        return new FilecoinAddress(bytes.clone());
    }

    /**
     * Reads the text of an address, of the main network ({@code f}) or of a test network ({@code t}).
     *
     * @throws MalformedException if it is none
     */
    public static FilecoinAddress parse(String text) {
        if (text.length() < 3 || text.length() > TEXT || "ft".indexOf(text.charAt(0)) < 0) {
            throw new MalformedException("filecoin address: " + MalformedException.quote(text));
        }
        int kind = text.charAt(1) - '0';
        if (kind < 0 || kind >= Kind.values().length) {
            throw new MalformedException("filecoin address: neither f0, f1, f2, f3 nor f4");
        }
        String rest = text.substring(2);
        if (kind == Kind.ID.ordinal()) {
            return of(Kind.ID, Varint.encode(number(rest)));
        }
        byte[] space = new byte[0];
        if (kind == Kind.DELEGATED.ordinal()) {
            int mark = rest.indexOf('f');
            if (mark < 0) {
                throw new MalformedException("filecoin address: f4 without its actor");
            }
            space = Varint.encode(number(rest.substring(0, mark)));
            rest = rest.substring(mark + 1);
        }
        byte[] coded = Multibase.BASE32.decodeBare(rest);
        if (coded.length < CHECKSUM || !Multibase.BASE32.encodeBare(coded).equals(rest)) {
            throw new MalformedException("filecoin address: " + MalformedException.quote(text));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(kind);
        bytes.writeBytes(space);
        bytes.write(coded, 0, coded.length - CHECKSUM);
        FilecoinAddress address = fromBytes(bytes.toByteArray());
        if (!Arrays.equals(address.checksum(), Arrays.copyOfRange(coded, coded.length - CHECKSUM, coded.length))) {
            throw new MalformedException("filecoin address: another checksum");
        }
        return address;
    }

    private static long number(String digits) {
        if (digits.isEmpty() || digits.length() > DIGITS || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new MalformedException("filecoin address: " + MalformedException.quote(digits) + " is no number");
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException tooLarge) {
            throw new MalformedException("filecoin address: a number beyond 63 bits");
        }
    }

    /** BLAKE2b of four bytes. */
    private byte[] checksum() {
        return Blake2b.digest(bytes, CHECKSUM);
    }

    /** The protocol of the address. */
    public Kind kind() {
        return Kind.values()[bytes[0]];
    }

    /** The bytes, of which the first is the protocol; a copy. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** The text for the main network, which begins with {@code f}. */
    @Override
    public String toString() {
        String start = "f" + bytes[0];
        if (kind() == Kind.ID) {
            return start + Varint.decode(bytes, 1, bytes.length);
        }
        int from = 1;
        if (kind() == Kind.DELEGATED) {
            long space = Varint.decode(bytes, 1, bytes.length);
            from += Varint.size(space);
            start += space + "f";
        }
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        coded.write(bytes, from, bytes.length - from);
        coded.writeBytes(checksum());
        return start + Multibase.BASE32.encodeBare(coded.toByteArray());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FilecoinAddress address && Arrays.equals(bytes, address.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
