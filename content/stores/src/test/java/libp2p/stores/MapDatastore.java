package libp2p.stores;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import libp2p.core.datastore.Datastore;

/** Entries in memory. */
class MapDatastore implements Datastore {
    private final TreeMap<byte[], byte[]> map = new TreeMap<>(Arrays::compareUnsigned);

    @Override
    public synchronized byte[] get(byte[] key) {
        return map.get(key);
    }

    @Override
    public synchronized void write(List<Change> batch) {
        for (Change change : batch) {
            if (change.value() == null) {
                map.remove(change.key());
            } else {
                map.put(change.key(), change.value());
            }
        }
    }

    @Override
    public synchronized Entries scan(Scan scan) {
        Iterator<Map.Entry<byte[], byte[]>> entries =
                new TreeMap<>(map.tailMap(scan.start())).entrySet().iterator();
        return new Entries() {
            @Override
            public Entry next() {
                if (!entries.hasNext()) {
                    return null;
                }
                Map.Entry<byte[], byte[]> entry = entries.next();
                boolean fits = entry.getKey().length >= scan.prefix().length
                        && Arrays.equals(
                                entry.getKey(), 0, scan.prefix().length, scan.prefix(), 0, scan.prefix().length);
                return fits ? new Entry(entry.getKey(), entry.getValue()) : null;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {}
}
