package libp2p.gateway;

import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import libp2p.http.HttpResponse;
import libp2p.ipld.ContentException;
import libp2p.ipld.traversal.CountedBlocks;
import libp2p.ipld.unixfs.DirectoryCursor;
import libp2p.ipld.unixfs.UnixFsNode;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.ipld.unixfs.UnixFsType;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;

/**
 * The table of a directory, row by row as it is read. Names are those of strangers: a row has a bound, and a link only
 * where a request for its name can be made. One thread.
 */
final class DirectoryRows {
    /** Entries of a page. */
    static final int LISTED = 1_000_000;

    /** The longest name that is shown whole and has a link, in characters. */
    private static final int NAME = 1024;

    /** Bytes in memory of an entry that is remembered, of a short name. */
    private static final long ENTRY = 200;

    private final Pages pages;
    private final DirectoryCursor cursor;
    private final @Nullable Set<String> seen; // in shards each name has one place
    private final long memory;
    private boolean begun;
    private boolean ended;
    private int count;

    /** @throws ContentException if it is no directory */
    DirectoryRows(Pages pages, Cid cid) throws IOException {
        this.pages = pages;
        UnixFsReader reader = new UnixFsReader(new CountedBlocks(pages.answer.source, pages.answer.options.budget()));
        cursor = reader.cursor(cid);
        UnixFsNode node = reader.node(cid);
        seen = node.type() == UnixFsType.DIRECTORY ? new HashSet<>() : null;
        memory = Math.max(HttpResponse.LARGE, ENTRY * node.links().size());
    }

    /** Bytes that are held while rows are made. */
    long memory() {
        return memory;
    }

    /**
     * Appends the next part of the page.
     *
     * @return false behind the last
     */
    boolean next(StringBuilder page) throws IOException {
        if (ended) {
            return false;
        }
        if (!begun) {
            begun = true;
            head(page);
            return true;
        }
        UnixFsReader.Entry entry = count < LISTED ? entry() : null;
        if (entry == null) {
            ended = true;
            foot(page);
            return false;
        }
        row(entry, page);
        return true;
    }

    /** The next entry whose name is new. */
    private UnixFsReader.@Nullable Entry entry() throws IOException {
        UnixFsReader.Entry entry = cursor.next();
        while (entry != null && seen != null && !seen.add(entry.name())) {
            entry = cursor.next();
        }
        count += entry == null ? 0 : 1;
        return entry;
    }

    private void head(StringBuilder page) {
        page.append("<table><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">CID</th>")
                .append("<th scope=\"col\">Size</th></tr></thead>\n<tbody>\n");
        if (!pages.answer.target.rest().isEmpty()) {
            page.append("<tr class=\"way\"><th scope=\"row\" class=\"u\" title=\"parent directory\">");
            Pages.link(pages.base() + "/..", "..", page);
            page.append("</th><td></td><td></td></tr>\n");
        }
    }

    private void row(UnixFsReader.Entry entry, StringBuilder page) {
        String name = entry.name();
        page.append("<tr><th scope=\"row\" class=\"").append(icon(entry)).append("\"><bdi translate=\"no\">");
        if (isReachable(name)) {
            page.append("<a href=\"").append(pages.base()).append('/');
            Escapes.html(Escapes.part(name), page);
            page.append("\">");
            Escapes.html(name, page);
            page.append("</a>");
        } else {
            Escapes.html(name.length() > NAME ? name.substring(0, NAME) + "…" : name, page);
            page.append(name.isEmpty() ? "<i class=\"none\">without a name</i>" : "");
        }
        page.append("</bdi></th><td>");
        pages.content(entry.cid(), "?filename=" + filename(name), page);
        page.append(entry.cid())
                .append("</a></td><td>")
                .append(entry.tsize() == -1 ? "–" : Sizes.text(entry.tsize()))
                .append("</td></tr>\n");
    }

    /** Escaped twice, as other gateways have it: the conformance suite compares the whole link. */
    private static String filename(String name) {
        return Escapes.part(Escapes.part(name.length() > NAME ? name.substring(0, NAME) : name));
    }

    /** Whether a request can name the entry; see {@link Target}. */
    private static boolean isReachable(String name) {
        return !name.isEmpty()
                && name.length() <= NAME
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf('\0') < 0;
    }

    /** The class of an icon: what an entry is likely to be, by its name and codec. */
    private static char icon(UnixFsReader.Entry entry) {
        String type = ContentTypes.ofName(entry.name());
        long codec = entry.cid().codec();
        if (codec != Multicodec.DAG_PB && codec != Multicodec.RAW) {
            return 'j';
        }
        if (type == null) { // files of few bytes are raw, where CIDs are of version 1
            boolean directory = codec == Multicodec.DAG_PB
                    && entry.cid().version() == 1
                    && entry.name().indexOf('.') < 1;
            return directory ? 'd' : 'f';
        }
        return switch (type.substring(0, type.indexOf('/'))) {
            case "image" -> 'i';
            case "audio" -> 'a';
            case "video" -> 'v';
            case "text" -> 't';
            case "application" ->
                type.endsWith("json") || type.endsWith("wasm") ? 'j' : type.endsWith("pdf") ? 't' : 'z';
            default -> 'f';
        };
    }

    private void foot(StringBuilder page) {
        if (count == 0) {
            page.append("<tr><td colspan=\"3\" class=\"none\">The directory is empty.</td></tr>\n");
        }
        page.append("</tbody></table>\n<footer><p>").append(String.format(Locale.ROOT, "%,d", count));
        page.append(count == 1 ? " entry" : " entries");
        if (count == LISTED) {
            page.append("; there may be more, which an archive has");
        }
        page.append(seen == null ? ", in the order of the hashes of their names" : "");
        page.append(". A size is that of all blocks of an entry, as the directory tells it.</p>\n");
        page.append("<p class=\"way\">Download: <a href=\"?format=tar\">TAR</a> · ")
                .append("<a href=\"?format=car\">CAR</a></p></footer>\n");
        Pages.end(page);
    }
}
