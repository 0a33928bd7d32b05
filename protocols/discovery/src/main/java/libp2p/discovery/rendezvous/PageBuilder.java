package libp2p.discovery.rendezvous;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import libp2p.discovery.rendezvous.Registrations.Entry;
import org.jspecify.annotations.Nullable;

/** The registrations of one answer, as many as may be in it. Not thread-safe. */
final class PageBuilder {
    /** What a registration needs beside its record and namespace. */
    private static final int REST = 64;
    /** Bytes of a character. */
    private static final int UTF_8 = 3;

    private final int results;
    private final int bytes;
    private final @Nullable List<RecordForm> forms;
    private final List<Entry> entries = new ArrayList<>();
    private int used;
    private boolean isFull;

    /**
     * An empty answer.
     *
     * @param results at most
     * @param bytes at most, unless the first registration alone has more
     * @param forms of records that are taken; null: all
     */
    PageBuilder(int results, int bytes, @Nullable List<RecordForm> forms) {
        this.results = results;
        this.bytes = bytes;
        this.forms = forms;
    }

    /**
     * Takes registrations in their order, and passes over those of other forms.
     *
     * @param before the number of the last one before them
     * @return the number of the last one that was taken or passed over if the answer is full, -1 if all were
     */
    long fill(Map<Long, Entry> more, long before) {
        long last = before;
        for (Entry entry : more.values()) {
            if ((forms == null || forms.contains(entry.form())) && !offer(entry)) {
                isFull = true;
                return last;
            }
            last = entry.number();
        }
        return -1;
    }

    private boolean offer(Entry entry) {
        used += entry.record().length + entry.namespace().length() * UTF_8 + REST;
        if (entries.size() >= results || (used > bytes && !entries.isEmpty())) {
            return false;
        }
        entries.add(entry);
        return true;
    }

    /** Whether one had no room. */
    boolean isFull() {
        return isFull;
    }

    List<Entry> entries() {
        return entries;
    }
}
