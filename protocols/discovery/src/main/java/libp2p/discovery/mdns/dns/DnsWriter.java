package libp2p.discovery.mdns.dns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes one message. */
final class DnsWriter {
    private static final int AUTHORITATIVE_ANSWER = 0x8400;
    private static final int INTERNET = 1;
    private static final int TOP_BIT = 0x8000;
    private static final int POINTER = 0xc000;
    /** Pointers have 14 bits. */
    private static final int FARTHEST = 0x3fff;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<DnsName, Integer> written = new HashMap<>();

    byte[] message(DnsMessage message) {
        uint16(message.id());
        uint16(message.response() ? AUTHORITATIVE_ANSWER : 0);
        uint16(message.questions().size());
        uint16(message.answers().size());
        uint16(0);
        uint16(message.additionals().size());
        for (DnsMessage.Question question : message.questions()) {
            name(question.name());
            uint16(question.type());
            uint16(INTERNET | (question.unicast() ? TOP_BIT : 0));
        }
        message.answers().forEach(this::record);
        message.additionals().forEach(this::record);
        return out.toByteArray();
    }

    private void record(DnsRecord record) {
        name(record.name());
        uint16(record.data().type());
        uint16(INTERNET | (record.flush() ? TOP_BIT : 0));
        uint16((int) (record.ttl() >>> 16));
        uint16((int) record.ttl());
        DnsWriter data = new DnsWriter(); // whose names are not compressed: their place is not known to it
        switch (record.data()) {
            case DnsRecord.Pointer pointer -> data.name(pointer.target());
            case DnsRecord.Service service -> {
                data.uint16(service.priority());
                data.uint16(service.weight());
                data.uint16(service.port());
                data.name(service.target());
            }
            case DnsRecord.Text text -> text.strings().forEach(data::string);
            case DnsRecord.Address address ->
                data.out.writeBytes(address.address().getAddress());
            case DnsRecord.Other other -> {}
        }
        byte[] bytes = data.out.toByteArray();
        uint16(bytes.length);
        out.writeBytes(bytes);
    }

    private void string(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        if (bytes.length > 255) {
            throw new IllegalArgumentException("a string of " + bytes.length + " bytes, at most 255 fit");
        }
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    /** A name, with a pointer where its end stands in the message already. */
    private void name(DnsName name) {
        List<String> labels = name.labels();
        for (int i = 0; i < labels.size(); i++) {
            DnsName rest = DnsName.of(labels.subList(i, labels.size()));
            Integer known = written.get(rest);
            if (known != null) {
                uint16(POINTER | known);
                return;
            }
            if (out.size() <= FARTHEST) {
                written.put(rest, out.size());
            }
            byte[] label = labels.get(i).getBytes(ISO_8859_1);
            out.write(label.length);
            out.writeBytes(label);
        }
        out.write(0);
    }

    private void uint16(int value) {
        out.write(value >>> 8);
        out.write(value);
    }
}
