package libp2p.discovery.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import libp2p.core.datastore.Datastore;
import libp2p.core.identity.Identity;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

class RegistrationDiskTest {
    private static final List<Multiaddr> ADDRESSES = List.of(Multiaddr.parse("/ip4/10.0.0.1/tcp/4001"));

    /** The records that a disk keeps. */
    private static final class Kept implements Datastore {
        private final TreeMap<byte[], byte[]> map = new TreeMap<>(Arrays::compareUnsigned);

        @Override
        public byte[] get(byte[] key) {
            return map.get(key);
        }

        @Override
        public void write(List<Change> batch) {
            for (Change change : batch) {
                if (change.value() == null) {
                    map.remove(change.key());
                } else {
                    map.put(change.key(), change.value());
                }
            }
        }

        @Override
        public Entries scan(Scan scan) {
            Iterator<Map.Entry<byte[], byte[]>> all =
                    new TreeMap<>(map).entrySet().iterator();
            return new Entries() {
                @Override
                public Entry next() {
                    while (all.hasNext()) {
                        var entry = all.next();
                        byte[] prefix = scan.prefix();
                        if (entry.getKey().length >= prefix.length
                                && Arrays.equals(entry.getKey(), 0, prefix.length, prefix, 0, prefix.length)) {
                            return new Entry(entry.getKey(), entry.getValue());
                        }
                    }
                    return null;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }

    private static void register(Registrations at, RegistrationDisk disk, Identity identity, RecordForm form, long now)
            throws Exception {
        byte[] record = form.encode(identity, 1, ADDRESSES);
        disk.write(at.register("chat", RecordForm.decode(record), record, "10.0.0.0/8", 0, now), at.next());
    }

    @Test
    void registrationsOutliveARestartAndNumbersAreGivenOnce() throws Exception {
        Kept kept = new Kept();
        RegistrationDisk disk = new RegistrationDisk(kept);
        Registrations first = disk.load(RendezvousLimits.DEFAULT, 0, new Random(1));
        List<Identity> identities = List.of(
                Identity.generate(SystemEnvironment.shared()),
                Identity.generate(SystemEnvironment.shared()),
                Identity.generate(SystemEnvironment.shared()));
        for (int i = 0; i < 3; i++) {
            register(first, disk, identities.get(i), RecordForm.values()[i], i * 1_000L);
        }
        disk.write(first.unregister("chat", identities.get(1).peerId()), first.next());
        byte[] cookie = first.discover("chat", null, 0, null, 1 << 20).cookie();

        RegistrationDisk again = new RegistrationDisk(kept);
        Registrations second = again.load(RendezvousLimits.DEFAULT, 1_000, new Random(1));
        assertThat(second.discover("chat", null, 0, null, 1 << 20).entries())
                .allSatisfy(entry -> assertThat(entry.group()).isEqualTo("10.0.0.0/8"))
                .extracting(Registrations.Entry::peer)
                .containsExactlyInAnyOrder(
                        identities.get(0).peerId(), identities.get(2).peerId());
        assertThat(second.next()).as("none is given twice").isGreaterThan(first.next());
        assertThat(second.discover("chat", cookie, 0, null, 1 << 20).entries()).isEmpty();
        register(second, again, identities.get(1), RecordForm.STANDARD, 2_000);
        assertThat(second.discover("chat", cookie, 0, null, 1 << 20).entries()).hasSize(1);

        Registrations late = new RegistrationDisk(kept)
                .load(RendezvousLimits.DEFAULT, Duration.ofHours(2).toMillis() + 500, new Random(1));
        assertThat(late.size()).as("those that hold").isEqualTo(2);
        assertThat(kept.map).as("the others are gone from the disk").hasSize(3);
    }

    @Test
    void whatCannotBeReadIsPassedOver() throws IOException {
        Kept kept = new Kept();
        kept.put("r/12345678".getBytes(), new byte[] {1, 2, 3});
        kept.put("r/".getBytes(), new byte[0]);
        kept.put("n".getBytes(), new byte[] {1});
        assertThat(new RegistrationDisk(kept)
                        .load(RendezvousLimits.DEFAULT, 0, new Random(1))
                        .size())
                .isZero();
        assertThat(kept.map).hasSize(1);
    }
}
