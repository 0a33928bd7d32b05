package libp2p.gateway;

import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.ipld.codec.DagJson;
import libp2p.ipld.codec.Footprint;
import libp2p.ipld.codec.PlainJson;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;

/**
 * The value of a block as DAG-JSON for people: a line for each value, links that lead on, and no more than a page holds.
 * One thread.
 */
final class Preview {
    /** Characters of a preview. */
    static final int SHOWN = 1 << 20;

    /** Characters of one text, and bytes of one value of bytes. */
    static final int PART = 16 << 10;

    /** Hebrew begins here, and after it the other scripts that are written from right to left. */
    private static final char FIRST_RIGHT_TO_LEFT = '\u0590';

    /** Steps of indentation: deeper values stand where these end. */
    private static final int STEPS = 24;

    /** Bytes in memory of a value that is shown, by {@link Footprint}. */
    private static final long MEMORY = 16 << 20;

    /** Values that are in memory at a time. None waits for its client meanwhile. */
    private static final Semaphore AT_ONCE = new Semaphore(4);

    private final Pages pages;
    private final StringBuilder page;
    private final int most;

    Preview(Pages pages, StringBuilder page) {
        this.pages = pages;
        this.page = page;
        most = page.length() + SHOWN;
    }

    /** Appends the value of a block, or why there is none. */
    void block(Cid cid, byte[] data) {
        if (Footprint.of(cid.codec() == Multicodec.CBOR ? asDagCbor(cid) : cid, data) > MEMORY) {
            note("The block has too many values to be shown.");
            return;
        }
        AT_ONCE.acquireUninterruptibly();
        try {
            Node node = decode(cid.codec(), data);
            page.append("<pre tabindex=\"0\" aria-labelledby=\"value\" translate=\"no\">");
            value(node, 0);
            page.append("</pre>\n");
            if (isFull()) {
                note("There is more, which a download has.");
            }
        } catch (MalformedException e) {
            note("The block is not what its codec says: " + e.getMessage());
        } finally {
            AT_ONCE.release();
        }
    }

    private static Cid asDagCbor(Cid cid) {
        return Cid.v1(Multicodec.DAG_CBOR, cid.hash());
    }

    private static Node decode(long codec, byte[] data) {
        return codec == Multicodec.DAG_JSON
                ? new DagJson().decode(data)
                : codec == Multicodec.JSON ? PlainJson.decode(data) : new DagCbor().decodeLenient(data);
    }

    private void note(String text) {
        page.append("<p class=\"none\">").append(Escapes.html(text)).append("</p>\n");
    }

    private boolean isFull() {
        return page.length() >= most;
    }

    private void value(Node node, int depth) {
        switch (node) {
            case Node.Null ignored -> page.append("null");
            case Node.Bool bool -> page.append(bool.value());
            case Node.Int number -> page.append(number.value());
            case Node.Float number -> page.append(number.value());
            case Node.Text text -> quoted(text.value());
            case Node.Bytes bytes -> bytes(bytes.value());
            case Node.Link link -> {
                page.append("{\"/\": \"");
                pages.content(link.cid(), "", page);
                page.append(link.cid()).append("</a>\"}");
            }
            case Node.Sequence list -> {
                Iterator<Node> items = list.items().iterator();
                page.append('[');
                while (items.hasNext() && !isFull()) {
                    line(depth + 1);
                    value(items.next(), depth + 1);
                    page.append(items.hasNext() ? "," : "");
                }
                end(list.items().isEmpty(), depth, ']');
            }
            case Node.Mapping map -> {
                Iterator<Map.Entry<String, Node>> entries =
                        map.entries().entrySet().iterator();
                page.append('{');
                while (entries.hasNext() && !isFull()) {
                    Map.Entry<String, Node> entry = entries.next();
                    line(depth + 1);
                    page.append("<b>");
                    quoted(entry.getKey());
                    page.append("</b>: ");
                    value(entry.getValue(), depth + 1);
                    page.append(entries.hasNext() ? "," : "");
                }
                end(map.entries().isEmpty(), depth, '}');
            }
        }
    }

    private void end(boolean empty, int depth, char bracket) {
        if (!empty) {
            line(depth);
        }
        page.append(bracket);
    }

    private void line(int depth) {
        page.append('\n').repeat("  ", Math.min(depth, STEPS));
    }

    private void bytes(byte[] value) {
        byte[] shown =
                value.length > PART ? Arrays.copyOf(value, PART / 3 * 3) : value; // three bytes are four characters
        page.append("{\"/\": {\"bytes\": \"")
                .append(Base64.getEncoder().withoutPadding().encodeToString(shown))
                .append('"');
        cut(value.length - shown.length, "bytes");
        page.append("}}");
    }

    private void quoted(String text) {
        int to = Math.min(text.length(), PART);
        to -= to < text.length() && Character.isHighSurrogate(text.charAt(to - 1)) ? 1 : 0;
        boolean isolated = mayRunLeft(text, to);
        page.append("&quot;").append(isolated ? "<bdi>" : "");
        int from = 0;
        for (int i = 0; i < to; i++) {
            String escaped = escaped(text.charAt(i));
            if (escaped != null) {
                Escapes.html(text.substring(from, i), page);
                page.append(escaped);
                from = i + 1;
            }
        }
        Escapes.html(text.substring(from, to), page);
        page.append(isolated ? "</bdi>" : "").append("&quot;");
        cut(text.length() - to, "characters");
    }

    /** Whether a text has characters of scripts that may be written from right to left, and would reorder its line. */
    private static boolean mayRunLeft(String text, int to) {
        for (int i = 0; i < to; i++) {
            if (text.charAt(i) >= FIRST_RIGHT_TO_LEFT) {
                return true;
            }
        }
        return false;
    }

    /** How a character of a text is written in JSON, in a page; null: as it is. */
    private static @Nullable String escaped(char c) {
        return switch (c) {
            case '"' -> "\\&quot;";
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default ->
                Character.isSurrogate(c) || !Escapes.isShapeless(c)
                        ? null
                        : String.format(Locale.ROOT, "\\u%04x", (int) c);
        };
    }

    private void cut(long left, String what) {
        if (left > 0) {
            page.append("<i>… and ")
                    .append(String.format(Locale.ROOT, "%,d ", left))
                    .append(what)
                    .append("</i>");
        }
    }
}
