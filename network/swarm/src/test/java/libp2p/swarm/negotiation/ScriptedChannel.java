package libp2p.swarm.negotiation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A channel that reads what the test says and remembers what was written. */
final class ScriptedChannel implements NegotiationChannel {
    private final ByteArrayInputStream in;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final boolean ahead;
    private int writes;

    ScriptedChannel(byte[] script) {
        this(script, false);
    }

    /** @param ahead whether it tells that messages have arrived already */
    ScriptedChannel(byte[] script, boolean ahead) {
        in = new ByteArrayInputStream(script);
        this.ahead = ahead;
    }

    /** Frames each text as a multistream message, newline added. */
    static byte[] messages(String... texts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String text : texts) {
            byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
            bytes.writeBytes(libp2p.multiformats.Varint.encode(body.length));
            bytes.writeBytes(body);
        }
        return bytes.toByteArray();
    }

    static ScriptedChannel of(String... texts) {
        return new ScriptedChannel(messages(texts));
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        return in.read(target, offset, length);
    }

    @Override
    public void write(byte[] source) {
        out.writeBytes(source);
        writes++;
    }

    @Override
    public boolean holdsMessage() {
        return ahead && in.available() > 0;
    }

    /** How often something was written. */
    int writes() {
        return writes;
    }

    byte[] written() {
        return out.toByteArray();
    }

    int unread() {
        return in.available();
    }
}
