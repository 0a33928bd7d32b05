package libp2p.core.datastore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a datastore that start with {@code ns/NAME/}, without that prefix. Thread-safe as the datastore below.
 */
final class NamespacedDatastore implements Datastore {
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    private final Datastore whole;
    private final byte[] prefix;

    NamespacedDatastore(Datastore whole, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a namespace has 1 to 64 characters of a-z, 0-9 and hyphen, not '" + name + "'");
        }
        this.whole = whole;
        this.prefix = ("ns/" + name + "/").getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] outer(byte[] key) {
        byte[] whole = Arrays.copyOf(prefix, prefix.length + key.length);
        System.arraycopy(key, 0, whole, prefix.length, key.length);
        return whole;
    }

    private List<Change> outer(List<Change> batch) {
        List<Change> whole = new ArrayList<>(batch.size());
        for (Change change : batch) {
            whole.add(new Change(outer(change.key()), change.value()));
        }
        return whole;
    }

    @Override
    public byte @Nullable [] get(byte[] key) throws IOException {
        return whole.get(outer(key));
    }

    @Override
    public boolean has(byte[] key) throws IOException {
        return whole.has(outer(key));
    }

    @Override
    public int size(byte[] key) throws IOException {
        return whole.size(outer(key));
    }

    @Override
    public void write(List<Change> batch) throws IOException {
        whole.write(outer(batch));
    }

    @Override
    public void writeLazily(List<Change> batch, Duration within) throws IOException {
        whole.writeLazily(outer(batch), within);
    }

    @Override
    public void sync() throws IOException {
        whole.sync();
    }

    @Override
    public Entries scan(Scan scan) throws IOException {
        byte[] from = scan.from();
        Entries entries = whole.scan(
                new Scan(outer(scan.prefix()), from == null ? null : outer(from), scan.values(), scan.most()));
        return new Entries() {
            @Override
            public @Nullable Entry next() throws IOException {
                Entry entry = entries.next();
                return entry == null
                        ? null
                        : new Entry(Arrays.copyOfRange(entry.key(), prefix.length, entry.key().length), entry.value());
            }

            @Override
            public void close() {
                entries.close();
            }
        };
    }

    /** Does nothing: the owner of the whole datastore closes it. */
    @Override
    public void close() {}
}
