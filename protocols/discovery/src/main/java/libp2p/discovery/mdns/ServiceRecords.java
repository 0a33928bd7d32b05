package libp2p.discovery.mdns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.discovery.mdns.dns.DnsMessage;
import libp2p.discovery.mdns.dns.DnsName;
import libp2p.discovery.mdns.dns.DnsRecord;
import libp2p.discovery.mdns.dns.DnsType;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * The records that a host tells of itself, and the choice of those that answer a question. Immutable.
 *
 * @param service for example {@code _p2p._udp.local}
 * @param instance its own name below the service
 * @param host its name as a machine
 * @param ttl seconds
 */
record ServiceRecords(
        DnsName service, DnsName instance, DnsName host, PeerId peer, List<Multiaddr> addresses, long ttl, int bytes) {
    private static final DnsName META = DnsName.parse("_services._dns-sd._udp.local");
    private static final String PREFIX = "dnsaddr=";
    private static final int LONGEST_TEXT = 255;
    /** Of an answer to one asker alone, which may know nothing of goodbyes (RFC 6762 section 6.7). */
    private static final long UNICAST_TTL = 10;

    /** Whether an address helps on a local network: direct, of IP, of no transport that browsers alone need. */
    static boolean isLocal(Multiaddr address) {
        InetAddress ip = address.ip();
        return ip != null
                && !ip.isLoopbackAddress()
                && !ip.isAnyLocalAddress()
                && !ip.isMulticastAddress()
                && !(ip.isLinkLocalAddress() && ip.getAddress().length == 16) // of which it is not said on which link
                && !address.has(Protocol.P2P_CIRCUIT)
                && !address.has(Protocol.WS)
                && !address.has(Protocol.WSS)
                && !address.has(Protocol.WEBTRANSPORT)
                && !address.has(Protocol.WEBRTC)
                && !address.has(Protocol.WEBRTC_DIRECT);
    }

    /** All records that answer the question for the service: its pointer, then those that it points to. */
    private List<DnsRecord> records() {
        List<DnsRecord> all = new ArrayList<>();
        all.add(new DnsRecord(service, false, ttl, new DnsRecord.Pointer(instance)));
        List<String> texts = new ArrayList<>();
        Set<InetAddress> ips = new LinkedHashSet<>();
        int port = 0;
        for (Multiaddr address : addresses) {
            String text = PREFIX + address.withPeer(peer.toBytes());
            if (text.length() <= LONGEST_TEXT) {
                texts.add(text);
                InetAddress ip = address.ip();
                if (ip != null) {
                    ips.add(ip);
                }
                port = port == 0 ? Math.max(0, address.port()) : port;
            }
        }
        if (!texts.isEmpty()) {
            all.add(new DnsRecord(instance, true, ttl, new DnsRecord.Text(texts)));
        }
        all.add(new DnsRecord(instance, true, ttl, new DnsRecord.Service(0, 0, port, host)));
        ips.forEach(ip -> all.add(new DnsRecord(host, true, ttl, new DnsRecord.Address(ip))));
        return all;
    }

    /** Which of the questions of a query are about this host. */
    List<DnsMessage.Question> concerning(DnsMessage query) {
        return query.questions().stream()
                .filter(question -> question.name().equals(META)
                        ? is(question, DnsType.PTR)
                        : records().stream().anyMatch(record -> answers(question, record)))
                .toList();
    }

    private static boolean is(DnsMessage.Question question, int type) {
        return question.type() == type || question.type() == DnsType.ANY;
    }

    private static boolean answers(DnsMessage.Question question, DnsRecord record) {
        return question.name().equals(record.name())
                && is(question, record.data().type());
    }

    /** Whether the asker of a query knows this host already, for at least half of its time. */
    boolean isKnownTo(DnsMessage query) {
        return query.answers().stream()
                .anyMatch(known -> known.name().equals(service)
                        && known.ttl() >= ttl / 2
                        && known.data() instanceof DnsRecord.Pointer pointer
                        && pointer.target().equals(instance));
    }

    /** The answer to questions that are about this host, for all hosts. */
    DnsMessage answer(List<DnsMessage.Question> questions) {
        List<DnsRecord> answers = new ArrayList<>();
        List<DnsRecord> others = new ArrayList<>();
        if (questions.stream().anyMatch(question -> question.name().equals(META))) {
            answers.add(new DnsRecord(META, false, ttl, new DnsRecord.Pointer(service)));
        }
        for (DnsRecord record : records()) {
            boolean asked = questions.stream().anyMatch(question -> answers(question, record));
            (asked ? answers : others).add(record);
        }
        return fitting(answers, others);
    }

    /** The announcement that is sent without a question. */
    DnsMessage announcement() {
        return answer(List.of(new DnsMessage.Question(service, DnsType.PTR, false)));
    }

    /** Says that this host leaves. */
    DnsMessage goodbye() {
        List<DnsRecord> all =
                records().stream().map(record -> record.withTtl(0)).toList();
        return fitting(all.subList(0, 1), all.subList(1, all.size()));
    }

    /** The answer to one asker alone, with its id and its questions. */
    DnsMessage unicast(DnsMessage query, List<DnsMessage.Question> questions) {
        DnsMessage answer = answer(questions);
        return new DnsMessage(
                query.id(), true, questions, shortLived(answer.answers()), shortLived(answer.additionals()));
    }

    private static List<DnsRecord> shortLived(List<DnsRecord> records) {
        return records.stream()
                .map(record -> record.withoutFlush().withTtl(Math.min(UNICAST_TTL, record.ttl())))
                .toList();
    }

    /** A message without the last addresses that do not fit. */
    private DnsMessage fitting(List<DnsRecord> answers, List<DnsRecord> others) {
        DnsMessage message = DnsMessage.answer(answers, others);
        while (message.encode().length > bytes) {
            List<DnsRecord> more = shorter(message.additionals());
            List<DnsRecord> less = more == null ? shorter(message.answers()) : null;
            if (more == null && less == null) {
                return message;
            }
            message = more != null
                    ? DnsMessage.answer(message.answers(), more)
                    : DnsMessage.answer(less == null ? List.of() : less, message.additionals());
        }
        return message;
    }

    /** The records without one address: the last that stands for itself, then the last text. Null if none is left. */
    private static @Nullable List<DnsRecord> shorter(List<DnsRecord> records) {
        for (int i = records.size() - 1; i >= 0; i--) {
            if (records.get(i).data() instanceof DnsRecord.Address) {
                List<DnsRecord> fewer = new ArrayList<>(records);
                fewer.remove(i);
                return fewer;
            }
        }
        for (int i = 0; i < records.size(); i++) {
            DnsRecord record = records.get(i);
            if (record.data() instanceof DnsRecord.Text text && text.strings().size() > 1) {
                List<DnsRecord> fewer = new ArrayList<>(records);
                List<String> strings = text.strings().subList(0, text.strings().size() - 1);
                fewer.set(i, new DnsRecord(record.name(), record.flush(), record.ttl(), new DnsRecord.Text(strings)));
                return fewer;
            }
        }
        return null;
    }
}
