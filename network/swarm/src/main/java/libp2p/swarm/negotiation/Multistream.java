package libp2p.swarm.negotiation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.multiformats.Varint;

/**
 * multistream-select 1.0. Each message is an unsigned varint length, that many bytes of text, and among them a last
 * newline. Both sides send the header first; then the dialer proposes and the listener echoes the proposal or answers
 * {@code na}.
 */
public final class Multistream {
    /** The header that both sides send first. */
    public static final String HEADER = "/multistream/1.0.0";

    private static final String NOT_AVAILABLE = "na";
    private static final String LIST = "ls";
    private static final byte[] HEADER_MESSAGE = message(HEADER);
    private static final byte[] NOT_AVAILABLE_MESSAGE = message(NOT_AVAILABLE);

    private final NegotiationLimits limits;

    /** Bounds on what the remote may send. */
    public Multistream(NegotiationLimits limits) {
        this.limits = limits;
    }

    /**
     * Proposes the protocols one after the other and returns the first that the listener takes.
     *
     * @throws NegotiationException if it takes none
     */
    public String select(NegotiationChannel channel, List<String> proposals) throws IOException {
        if (proposals.isEmpty()) {
            throw new NegotiationException("no protocol to propose", proposals);
        }
        channel.write(proposal(proposals.getFirst()));
        expectHeader(channel);
        for (int i = 0; i < proposals.size(); i++) {
            String proposed = proposals.get(i);
            if (i > 0) {
                channel.write(message(proposed));
            }
            if (accepted(read(channel, limits.message()), proposed)) {
                return proposed;
            }
        }
        throw new NegotiationException("the remote peer speaks none of the protocols", proposals);
    }

    /** Reads the answer to a {@linkplain #proposal proposal} that was sent before. */
    void confirm(NegotiationChannel channel, String proposed) throws IOException {
        expectHeader(channel);
        if (!accepted(read(channel, limits.message()), proposed)) {
            throw new NegotiationException("the remote peer does not speak the protocol", List.of(proposed));
        }
    }

    /** Asks the listener for the protocols it serves ({@code ls}); an optional part of the protocol. */
    public List<String> list(NegotiationChannel channel) throws IOException {
        channel.write(proposal(LIST));
        expectHeader(channel);
        String answer = read(channel, limits.list());
        if (answer.equals(NOT_AVAILABLE)) {
            throw new NegotiationException("the remote peer does not list its protocols", List.of(LIST));
        }
        return parseList(answer);
    }

    /**
     * Answers the proposals of a dialer until one is served.
     *
     * @param served whether a proposed protocol is served now
     * @param listed what {@code ls} answers
     * @return the agreed protocol
     * @throws NegotiationException if the dialer gives up or proposes too often
     */
    public String answer(NegotiationChannel channel, Predicate<String> served, Supplier<List<String>> listed)
            throws IOException {
        expectHeader(channel);
        // Some dialers propose only after they have seen the header; with those that have proposed already it leaves
        // together with the answer.
        boolean together = channel.holdsMessage();
        if (!together) {
            channel.write(HEADER_MESSAGE);
        }
        List<String> refused = new ArrayList<>();
        for (int attempt = 0; attempt < limits.proposals(); attempt++) {
            String proposed = read(channel, limits.message());
            boolean agreed = !proposed.equals(LIST) && served.test(proposed);
            byte[] answer;
            if (agreed) {
                answer = message(proposed);
            } else if (proposed.equals(LIST)) {
                answer = listMessage(listed.get());
            } else {
                refused.add(escape(proposed));
                answer = NOT_AVAILABLE_MESSAGE;
            }
            channel.write(together && attempt == 0 ? joined(HEADER_MESSAGE, answer) : answer);
            if (agreed) {
                return proposed;
            }
        }
        throw new NegotiationException("the remote peer made " + limits.proposals() + " proposals in vain", refused);
    }

    /** The header and one proposal, as the dialer sends them together. */
    static byte[] proposal(String protocol) {
        return joined(HEADER_MESSAGE, message(protocol));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] message(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return frame(bytes, bytes.length);
    }

    private static byte[] frame(byte[] text, int length) {
        int prefix = Varint.size(length + 1);
        byte[] message = new byte[prefix + length + 1];
        Varint.encode(length + 1, message, 0);
        System.arraycopy(text, 0, message, prefix, length);
        message[message.length - 1] = '\n';
        return message;
    }

    private byte[] listMessage(List<String> protocols) {
        var body = new java.io.ByteArrayOutputStream();
        for (String protocol : protocols.subList(0, Math.min(protocols.size(), limits.listed()))) {
            body.writeBytes(message(protocol));
        }
        return frame(body.toByteArray(), body.size());
    }

    private List<String> parseList(String answer) throws IOException {
        byte[] body = answer.getBytes(StandardCharsets.ISO_8859_1);
        List<String> protocols = new ArrayList<>();
        int position = 0;
        while (position < body.length) {
            int start = position;
            int length = 0;
            int shift = 0;
            while (position < body.length && shift <= 14) {
                byte next = body[position++];
                length |= (next & 0x7f) << shift;
                shift += 7;
                if (next >= 0) {
                    break;
                }
            }
            if (length < 1 || length > body.length - position || body[position + length - 1] != '\n') {
                throw violation("the list of protocols is malformed at byte " + start);
            }
            if (protocols.size() == limits.listed()) {
                throw violation("the remote peer lists more than " + limits.listed() + " protocols");
            }
            protocols.add(new String(body, position, length - 1, StandardCharsets.UTF_8));
            position += length;
        }
        return protocols;
    }

    private void expectHeader(NegotiationChannel channel) throws IOException {
        String header = read(channel, limits.message());
        if (!header.equals(HEADER)) {
            throw violation("expected the header, the remote peer sent \"" + escape(header) + '"');
        }
    }

    private static boolean accepted(String answer, String proposed) throws IOException {
        if (answer.equals(proposed)) {
            return true;
        }
        if (answer.equals(NOT_AVAILABLE)) {
            return false;
        }
        throw violation("proposed " + proposed + ", the remote peer answered \"" + escape(answer) + '"');
    }

    /** Reads one message and returns its text without the newline, one char per byte unless it is UTF-8 text. */
    private static String read(NegotiationChannel channel, int limit) throws IOException {
        int length = readLength(channel, limit);
        byte[] body = new byte[length];
        channel.readFully(body, 0, length);
        if (body[length - 1] != '\n') {
            throw violation("a message does not end with a newline");
        }
        boolean list = length > 1 && body[length - 2] == '\n'; // the answer to ls holds messages, not text
        return new String(body, 0, length - 1, list ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    private static int readLength(NegotiationChannel channel, int limit) throws IOException {
        byte[] one = new byte[1];
        int length = 0;
        for (int shift = 0; shift <= 14; shift += 7) {
            channel.readFully(one, 0, 1);
            if (one[0] == 0 && shift > 0) {
                throw violation("a message length is not minimally encoded");
            }
            length |= (one[0] & 0x7f) << shift;
            if (one[0] >= 0) {
                if (length < 1 || length > limit) {
                    throw violation("a message of " + length + " bytes, allowed are 1 to " + limit);
                }
                return length;
            }
        }
        throw violation("a message length of more than 3 bytes");
    }

    private static ProtocolViolationException violation(String message) {
        return new ProtocolViolationException(HEADER, message);
    }

    private static String escape(String hostile) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < hostile.length() && i < 64; i++) {
            char c = hostile.charAt(i);
            text.append(
                    c >= ' ' && c < 0x7f && c != '"' && c != '\\' ? String.valueOf(c) : "\\u%04x".formatted((int) c));
        }
        return hostile.length() > 64 ? text + "…" : text.toString();
    }
}
