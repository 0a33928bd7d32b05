package libp2p.discovery.mdns.dns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Locale;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * A domain name. Names that differ in the case of ASCII letters alone are equal. Labels may hold any bytes; they are
 * kept as the characters of ISO 8859-1, so that each byte is one character.
 */
public final class DnsName {
    private final List<String> labels;
    private final String folded;

    private DnsName(List<String> labels) {
        this.labels = List.copyOf(labels);
        this.folded = String.join("\0", labels).toLowerCase(Locale.ROOT);
    }

    /**
     * A name of labels.
     *
     * @throws MalformedException if a label is empty or too long, or the name is
     */
    public static DnsName of(List<String> labels) {
        int bytes = 1;
        for (String label : labels) {
            int length = label.getBytes(ISO_8859_1).length;
            if (length < 1 || length > DnsLimits.LABEL_BYTES) {
                throw new MalformedException("dns: a label of " + length + " bytes");
            }
            bytes += length + 1;
        }
        if (bytes > DnsLimits.NAME_BYTES) {
            throw new MalformedException("dns: a name of " + bytes + " bytes");
        }
        return new DnsName(labels);
    }

    /** Reads a name such as {@code _p2p._udp.local}; dots part labels. */
    public static DnsName parse(String text) {
        String plain = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        return of(List.of(plain.split("\\.", -1)));
    }

    /** The name with one more label before it. */
    public DnsName child(String label) {
        List<String> all = new java.util.ArrayList<>(labels.size() + 1);
        all.add(label);
        all.addAll(labels);
        return of(all);
    }

    /** The labels, the most special one first. */
    public List<String> labels() {
        return labels;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DnsName name && folded.equals(name.folded);
    }

    @Override
    public int hashCode() {
        return folded.hashCode();
    }

    /** For people; characters that are not printable are escaped. */
    @Override
    public String toString() {
        return MalformedException.quote(String.join(".", labels));
    }
}
