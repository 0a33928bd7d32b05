package libp2p.filecoin;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * The name that the client gives a deal: text or bytes.
 *
 * @param bytes at most {@value #MOST}; UTF-8 if it is text
 * @param text whether it is text
 */
public record DealLabel(byte[] bytes, boolean text) {
    /** The most bytes. */
    public static final int MOST = 256;

    public DealLabel {
        if (bytes.length > MOST) {
            throw new MalformedException("a label of " + bytes.length + " bytes, more than " + MOST);
        }
    }

    /** A label of text. */
    public static DealLabel of(String text) {
        return new DealLabel(text.getBytes(StandardCharsets.UTF_8), true);
    }

    static DealLabel from(Node node) {
        return switch (node) {
            case Node.Text text -> of(text.value());
            case Node.Bytes bytes -> new DealLabel(bytes.value(), false);
            default -> throw new MalformedException("a label that is neither text nor bytes");
        };
    }

    Node node() {
        return text ? Node.of(toString()) : new Node.Bytes(bytes);
    }

    /** The text, or the number of bytes. */
    @Override
    public String toString() {
        return text ? new String(bytes, StandardCharsets.UTF_8) : bytes.length + " bytes";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DealLabel label && text == label.text && Arrays.equals(bytes, label.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
