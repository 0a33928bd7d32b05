package libp2p.discovery.mdns.dns;

import java.util.List;

/**
 * A query or a response. Records of the authority section are not kept.
 *
 * @param id 0 to 65,535; a unicast answer repeats it
 * @param response whether it answers
 */
public record DnsMessage(
        int id, boolean response, List<Question> questions, List<DnsRecord> answers, List<DnsRecord> additionals) {
    /**
     * A question of the class Internet.
     *
     * @param type a number of {@link DnsType}
     * @param unicast whether the asker would rather be answered alone
     */
    public record Question(DnsName name, int type, boolean unicast) {}

    public DnsMessage {
        questions = List.copyOf(questions);
        answers = List.copyOf(answers);
        additionals = List.copyOf(additionals);
    }

    /** A query. */
    public static DnsMessage query(List<Question> questions, List<DnsRecord> knownAnswers) {
        return new DnsMessage(0, false, questions, knownAnswers, List.of());
    }

    /** An answer to all hosts. */
    public static DnsMessage answer(List<DnsRecord> answers, List<DnsRecord> additionals) {
        return new DnsMessage(0, true, List.of(), answers, additionals);
    }

    /**
     * Reads a message.
     *
     * @throws libp2p.multiformats.MalformedException if it is none, or exceeds a bound of {@link DnsLimits}
     */
    public static DnsMessage decode(byte[] bytes) {
        return new DnsReader(bytes).message();
    }

    /** The encoding; names are compressed. */
    public byte[] encode() {
        return new DnsWriter().message(this);
    }
}
