package libp2p.discovery.rendezvous;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import libp2p.core.datastore.Datastore;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.record.RecordLimits;

/**
 * The registrations in the datastore of the host. They are durable a second after they were made; numbers are taken in
 * blocks, so that none is given twice even if the last ones were lost.
 */
final class RegistrationDisk {
    private static final System.Logger LOG = System.getLogger(RegistrationDisk.class.getName());
    private static final byte[] ENTRY = "r/".getBytes(US_ASCII);
    private static final byte[] NUMBERS = "n".getBytes(US_ASCII);
    private static final long BLOCK = 1_024;
    private static final Duration WITHIN = Duration.ofSeconds(1);
    private static final int NAMESPACE = 1;
    private static final int RECORD = 2;
    private static final int EXPIRES = 3;
    private static final int GROUP = 4;
    private static final int GROUP_BYTES = 64;
    private static final int FIELDS = 16;

    private final Datastore datastore;
    private long reserved;

    RegistrationDisk(Datastore datastore) {
        this.datastore = datastore;
    }

    /** The registrations on the disk; expired and unreadable ones are removed. */
    Registrations load(RendezvousLimits limits, long now, RandomGenerator random) throws IOException {
        byte[] numbers = datastore.get(NUMBERS);
        reserved = numbers == null || numbers.length != Long.BYTES
                ? 0
                : ByteBuffer.wrap(numbers).getLong();
        Registrations loaded = new Registrations(limits, reserved, random);
        List<Datastore.Change> useless = new ArrayList<>();
        try (Datastore.Entries entries = datastore.scan(ENTRY)) {
            for (Datastore.Entry entry; (entry = entries.next()) != null; ) {
                if (!restore(loaded, entry, now)) {
                    useless.add(new Datastore.Change(entry.key(), null));
                }
            }
        }
        if (!useless.isEmpty()) {
            datastore.writeLazily(useless, WITHIN);
        }
        return loaded;
    }

    private static boolean restore(Registrations into, Datastore.Entry entry, long now) {
        try {
            String namespace = "";
            byte[] record = {};
            long expires = 0;
            String group = ""; // of registrations from before there were groups
            ProtobufReader in =
                    ProtobufReader.of("kept registration", entry.value(), Math.max(1, entry.value().length), FIELDS);
            while (in.next()) {
                switch (in.field()) {
                    case NAMESPACE -> namespace = in.string(RendezvousMessage.NAMESPACE_BYTES);
                    case RECORD -> record = in.bytes(RecordLimits.ENVELOPE_BYTES);
                    case EXPIRES -> expires = in.uint64();
                    case GROUP -> group = in.string(GROUP_BYTES);
                    default -> in.skip();
                }
            }
            RecordForm.Content content = RecordForm.decode(record);
            long number = ByteBuffer.wrap(entry.key(), ENTRY.length, Long.BYTES).getLong();
            return into.restore(
                    new Registrations.Entry(number, namespace, content.peer(), content.form(), record, group, expires),
                    now);
        } catch (IOException | IndexOutOfBoundsException e) {
            LOG.log(Level.WARNING, () -> "a kept registration cannot be read: " + e.getMessage());
            return false;
        }
    }

    /** Notes changes; blocks for the disk. */
    void write(Registrations.Change change, long next) throws IOException {
        List<Datastore.Change> batch = new ArrayList<>();
        for (long number : change.removed()) {
            batch.add(new Datastore.Change(keyOf(number), null));
        }
        Registrations.Entry added = change.added();
        if (added != null) {
            byte[] value = new ProtobufWriter()
                    .string(NAMESPACE, added.namespace())
                    .bytes(RECORD, added.record())
                    .uint64(EXPIRES, added.expires())
                    .string(GROUP, added.group())
                    .toByteArray();
            batch.add(new Datastore.Change(keyOf(added.number()), value));
        }
        if (next > reserved) {
            reserved = next + BLOCK;
            byte[] numbers = ByteBuffer.allocate(Long.BYTES).putLong(reserved).array();
            batch.add(new Datastore.Change(NUMBERS, numbers));
        }
        if (!batch.isEmpty()) {
            datastore.writeLazily(batch, WITHIN);
        }
    }

    private static byte[] keyOf(long number) {
        return ByteBuffer.allocate(ENTRY.length + Long.BYTES)
                .put(ENTRY)
                .putLong(number)
                .array();
    }
}
