package libp2p.ipns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import libp2p.core.record.InvalidRecordException;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.multiformats.MalformedException;

/**
 * The signed part of a record: a DAG-CBOR map.
 *
 * @param value what the name stands for
 * @param validity until when, as it is written
 * @param sequence unsigned 64 bits
 * @param ttl nanoseconds, unsigned 64 bits
 */
record IpnsData(byte[] value, byte[] validity, long sequence, long ttl) {
    private static final DagCbor CBOR = new DagCbor();
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);
    private static final int EOL = 0;
    private static final int VALIDITY_BYTES = 64;
    private static final DateTimeFormatter NANOSECONDS = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 9, 9, true)
            .appendLiteral('Z')
            .toFormatter(java.util.Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    static IpnsData of(String value, Instant until, long sequence, long ttl) {
        return new IpnsData(value.getBytes(UTF_8), NANOSECONDS.format(until).getBytes(US_ASCII), sequence, ttl);
    }

    byte[] encode() {
        SequencedMap<String, Node> map = new LinkedHashMap<>();
        map.put("TTL", new Node.Int(unsigned(ttl)));
        map.put("Value", new Node.Bytes(value));
        map.put("Sequence", new Node.Int(unsigned(sequence)));
        map.put("Validity", new Node.Bytes(validity));
        map.put("ValidityType", Node.of(EOL));
        return CBOR.encode(new Node.Mapping(map));
    }

    private static BigInteger unsigned(long value) {
        BigInteger number = BigInteger.valueOf(value);
        return value < 0 ? number.add(TWO_TO_64) : number;
    }

    static IpnsData decode(byte[] cbor) throws InvalidRecordException {
        Node map;
        try {
            map = CBOR.decode(cbor);
        } catch (MalformedException e) {
            throw new InvalidRecordException("ipns: the data is no DAG-CBOR: " + e.getMessage());
        }
        if (map.kind() != Node.Kind.MAP) {
            throw new InvalidRecordException("ipns: the data is no map");
        }
        long type = number(map, "ValidityType");
        if (type != EOL) {
            throw new InvalidRecordException("ipns: validity type " + Long.toUnsignedString(type) + " is not known");
        }
        return new IpnsData(bytes(map, "Value"), bytes(map, "Validity"), number(map, "Sequence"), number(map, "TTL"));
    }

    private static byte[] bytes(Node map, String name) throws InvalidRecordException {
        if (map.get(name) instanceof Node.Bytes bytes) {
            return bytes.value();
        }
        throw new InvalidRecordException("ipns: the data has no bytes " + name);
    }

    private static long number(Node map, String name) throws InvalidRecordException {
        if (map.get(name) instanceof Node.Int number
                && number.value().signum() >= 0
                && number.value().bitLength() <= 64) {
            return number.value().longValue();
        }
        throw new InvalidRecordException("ipns: the data has no number " + name + " from 0 to 2⁶⁴ − 1");
    }

    /** Until when the record holds. */
    Instant until() throws InvalidRecordException {
        if (validity.length > VALIDITY_BYTES) {
            throw new InvalidRecordException("ipns: a validity of " + validity.length + " bytes");
        }
        try {
            return OffsetDateTime.parse(new String(validity, US_ASCII)).toInstant();
        } catch (DateTimeException e) {
            throw new InvalidRecordException("ipns: the validity is no time in RFC 3339");
        }
    }
}
