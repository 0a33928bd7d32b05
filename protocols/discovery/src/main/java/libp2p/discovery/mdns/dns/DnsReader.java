package libp2p.discovery.mdns.dns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message. A pointer of a compressed name leads back, before the name that it stands in, so that every name
 * ends; and all names together are bounded, since a few bytes may stand for 255 each time.
 */
final class DnsReader {
    private static final int RESPONSE = 0x8000;
    private static final int OPCODE = 0x7800;
    private static final int INTERNET = 1;
    private static final int ANY_CLASS = 255;
    private static final int TOP_BIT = 0x8000;

    private final byte[] bytes;
    private int at;
    private int records;
    private int expanded;

    DnsReader(byte[] bytes) {
        if (bytes.length > DnsLimits.MESSAGE_BYTES) {
            throw new MalformedException("dns: a message of " + bytes.length + " bytes");
        }
        this.bytes = bytes;
    }

    DnsMessage message() {
        int id = uint16();
        int flags = uint16();
        if ((flags & OPCODE) != 0) {
            throw new MalformedException("dns: neither a query nor an answer to one");
        }
        int questionCount = uint16();
        int answerCount = uint16();
        int authorityCount = uint16();
        int additionalCount = uint16();
        if (questionCount > DnsLimits.QUESTIONS) {
            throw new MalformedException("dns: " + questionCount + " questions");
        }
        List<DnsMessage.Question> questions = new ArrayList<>();
        for (int i = 0; i < questionCount; i++) {
            DnsName name = name();
            int type = uint16();
            int dnsClass = uint16();
            int plain = dnsClass & ~TOP_BIT;
            if (plain == INTERNET || plain == ANY_CLASS) {
                questions.add(new DnsMessage.Question(name, type, (dnsClass & TOP_BIT) != 0));
            }
        }
        List<DnsRecord> answers = records(answerCount);
        records(authorityCount);
        return new DnsMessage(id, (flags & RESPONSE) != 0, questions, answers, records(additionalCount));
    }

    private List<DnsRecord> records(int count) {
        records += count;
        if (records > DnsLimits.RECORDS) {
            throw new MalformedException("dns: " + records + " records");
        }
        List<DnsRecord> read = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            DnsRecord record = record();
            if (record != null) {
                read.add(record);
            }
        }
        return read;
    }

    /** A record, or null for one of another class. */
    private @Nullable DnsRecord record() {
        DnsName name = name();
        int type = uint16();
        int dnsClass = uint16();
        long ttl = (uint16() & 0xffffL) << 16 | uint16();
        int length = uint16();
        int end = at + length;
        if (end > bytes.length) {
            throw new MalformedException("dns: a record ends after the message");
        }
        DnsRecord.Data data = data(type, end);
        at = end;
        boolean known = (dnsClass & ~TOP_BIT) == INTERNET;
        return known ? new DnsRecord(name, (dnsClass & TOP_BIT) != 0, ttl, data) : null;
    }

    private DnsRecord.Data data(int type, int end) {
        DnsRecord.Data data = switch (type) {
            case DnsType.PTR -> new DnsRecord.Pointer(name());
            case DnsType.SRV -> new DnsRecord.Service(uint16(), uint16(), uint16(), name());
            case DnsType.TXT -> texts(end);
            case DnsType.A -> address(4, end);
            case DnsType.AAAA -> address(16, end);
            default -> new DnsRecord.Other(type);
        };
        if (at > end) {
            throw new MalformedException("dns: the data of a record is longer than the record");
        }
        return data;
    }

    private DnsRecord.Text texts(int end) {
        List<String> strings = new ArrayList<>();
        while (at < end) {
            int length = uint8();
            if (at + length > end) {
                throw new MalformedException("dns: a string ends after its record");
            }
            if (strings.size() >= DnsLimits.TEXTS) {
                throw new MalformedException("dns: more than " + DnsLimits.TEXTS + " strings in a record");
            }
            strings.add(new String(bytes, at, length, ISO_8859_1));
            at += length;
        }
        return new DnsRecord.Text(strings);
    }

    private DnsRecord.Address address(int length, int end) {
        if (end - at != length) {
            throw new MalformedException("dns: an address of " + (end - at) + " bytes");
        }
        try {
            byte[] raw = java.util.Arrays.copyOfRange(bytes, at, end);
            at = end;
            return new DnsRecord.Address(InetAddress.getByAddress(raw));
        } catch (UnknownHostException impossible) {
            throw new MalformedException("dns: an address of " + length + " bytes");
        }
    }

    private DnsName name() {
        List<String> labels = new ArrayList<>();
        int length = 1;
        int position = at;
        int before = at; // a pointer leads before here
        boolean jumped = false;
        while (true) {
            int head = uint8(position);
            if (head == 0) {
                position++;
                break;
            }
            if ((head & 0xc0) == 0xc0) {
                int target = (head & 0x3f) << 8 | uint8(position + 1);
                if (target >= before) {
                    throw new MalformedException("dns: a pointer to " + target + ", not before " + before);
                }
                if (!jumped) {
                    at = position + 2;
                    jumped = true;
                }
                before = target;
                position = target;
                continue;
            }
            if ((head & 0xc0) != 0) {
                throw new MalformedException("dns: a label of an unknown kind");
            }
            length += head + 1;
            expanded += head + 1;
            if (length > DnsLimits.NAME_BYTES) {
                throw new MalformedException("dns: a name of more than " + DnsLimits.NAME_BYTES + " bytes");
            }
            if (expanded > DnsLimits.EXPANDED_BYTES) {
                throw new MalformedException("dns: names of more than " + DnsLimits.EXPANDED_BYTES + " bytes");
            }
            if (position + 1 + head > bytes.length) {
                throw new MalformedException("dns: a name ends after the message");
            }
            labels.add(new String(bytes, position + 1, head, ISO_8859_1));
            position += head + 1;
        }
        if (!jumped) {
            at = position;
        }
        return DnsName.of(labels);
    }

    private int uint8() {
        return uint8(at++);
    }

    private int uint8(int position) {
        if (position >= bytes.length) {
            throw new MalformedException("dns: the message ends too early");
        }
        return bytes[position] & 0xff;
    }

    private int uint16() {
        return uint8() << 8 | uint8();
    }
}
