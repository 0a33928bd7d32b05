package libp2p.node;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import libp2p.multiformats.MalformedException;
import libp2p.node.host.Exit;
import libp2p.node.host.RefusedByNode;

/**
 * The messages on the control socket, in UTF-8. A request is one line of words. The answer is the line {@code done} and
 * more lines, or the line {@code failed CODE MESSAGE} with the code that the command ends with; then the end.
 */
final class ControlMessage {
    /** Bytes of a request. */
    private static final int REQUEST = 1 << 20;

    /** Bytes of an answer: four lists of 100,000 entries. */
    private static final int ANSWER = 64 << 20;

    private static final String DONE = "done";
    private static final String FAILED = "failed ";

    private ControlMessage() {}

    /** Words without blanks as a request. */
    static String request(List<String> words) {
        String line = String.join(" ", words) + "\n";
        if (line.length() > REQUEST / 4) {
            throw new IllegalArgumentException("too many words for one command: " + words.size());
        }
        return line;
    }

    static List<String> readRequest(InputStream from) throws IOException {
        byte[] bytes = new byte[1024];
        int length = 0;
        while (true) {
            if (length == bytes.length) {
                if (length >= REQUEST) {
                    throw new IOException("a request of more than " + REQUEST + " bytes");
                }
                bytes = java.util.Arrays.copyOf(bytes, 2 * length);
            }
            int read = from.read(bytes, length, bytes.length - length);
            if (read < 0) {
                throw new EOFException("a request without an end");
            }
            length += read;
            if (bytes[length - 1] == '\n') {
                return List.of(new String(bytes, 0, length - 1, StandardCharsets.UTF_8).split(" "));
            }
        }
    }

    static String done(List<String> lines) {
        StringBuilder text = new StringBuilder(DONE).append('\n');
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    static String failed(Exception failure) {
        return FAILED + Exit.codeOf(failure) + " " + Exit.message(failure).replaceAll("\\R", " ") + "\n";
    }

    static void write(OutputStream to, String message) throws IOException {
        to.write(message.getBytes(StandardCharsets.UTF_8));
        to.flush();
    }

    /**
     * The lines of an answer.
     *
     * @throws RefusedByNode if it tells of a failure
     */
    static List<String> readAnswer(InputStream from) throws IOException {
        byte[] bytes = from.readNBytes(ANSWER);
        List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        if (lines.isEmpty()) {
            throw new IOException("the node has not answered");
        }
        String first = lines.getFirst();
        if (first.equals(DONE)) {
            return lines.subList(1, lines.size());
        }
        String[] failure = first.split(" ", 3);
        if (!first.startsWith(FAILED) || failure.length < 3) {
            throw new MalformedException("the node answers " + MalformedException.quote(first));
        }
        throw new RefusedByNode(Integer.parseInt(failure[1]), failure[2]);
    }
}
