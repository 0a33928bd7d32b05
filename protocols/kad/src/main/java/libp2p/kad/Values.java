package libp2p.kad;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.record.InvalidRecordException;
import libp2p.kad.key.Key;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.Lookup;
import libp2p.kad.lookup.StopCondition;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.KadRecord;
import libp2p.kad.message.MessageType;
import libp2p.kad.store.RecordStore;
import libp2p.kad.validator.Validators;
import org.jspecify.annotations.Nullable;

/** Puts values into one network and finds them there. Blocks; thread-safe. */
final class Values {
    private static final System.Logger LOG = System.getLogger(Values.class.getName());

    private final DhtNetwork network;
    private final Validators validators;
    private final FanOut fanOut;

    Values(DhtNetwork network, Validators validators, FanOut fanOut) {
        this.network = network;
        this.validators = validators;
        this.fanOut = fanOut;
    }

    /** Stores a value at the peers closest to its key; returns how many have confirmed it and how many were asked. */
    FanOut.Tally put(byte[] key, byte[] value, Deadline deadline) throws IOException {
        KadMessage request = KadMessage.putValue(KadRecord.of(key, value));
        List<Contact> closest = network.closest(key, deadline);
        List<Contact> contacts = new ArrayList<>(closest);
        contacts.addAll(network.surroundings(Key.of(key), closest, deadline));
        return fanOut.sendAll(contacts, deadline, contact -> confirm(contact, request));
    }

    private void confirm(Contact contact, KadMessage request) throws IOException {
        KadMessage answer = network.ask(contact, request);
        KadRecord sent = request.record();
        KadRecord stored = answer.record();
        // Some implementations answer with the record, some without; one that answers with another has not stored this
        // one.
        if (sent != null && stored != null && !Arrays.equals(stored.value(), sent.value())) {
            throw new InvalidRecordException(
                    "the PUT_VALUE answer of " + contact.id() + " holds another value than was sent");
        }
    }

    /**
     * Searches for values of a key, and then sends the best one to peers that have none or a worse one.
     *
     * @param best the best value so far, shared by the networks of a host
     * @param quorum answers with a valid value that are enough; 0 asks all that are responsible
     */
    void search(Best best, int quorum, Deadline deadline) throws IOException {
        byte[] key = best.key();
        Map<Contact, byte @Nullable []> answers = new LinkedHashMap<>();
        int[] valid = {best.value() == null ? 0 : 1};
        Lookup lookup = network.lookup(Key.of(key), StopCondition.CONVERGED, deadline);
        KadMessage request = KadMessage.of(MessageType.GET_VALUE, key);
        boolean[] isEnough = {false};
        LookupRunner.Visitor visitor = (from, answer) -> {
            byte[] value = valueIn(key, from, answer);
            answers.put(from, value);
            if (value != null) {
                best.offer(value);
                valid[0]++;
            }
            isEnough[0] = value != null && valid[0] >= quorum && quorum > 0 || best.isClosed();
            return isEnough[0];
        };
        network.run(lookup, contact -> request, visitor);
        List<Contact> near = new ArrayList<>(lookup.closest());
        if (!isEnough[0]) {
            // Perhaps the peers next to the key hide its value, or tell an old one.
            List<Contact> region = network.surroundings(lookup.target(), near, deadline);
            fanOut.askAll(region, deadline, contact -> network.ask(contact, request), visitor);
            near.addAll(region);
        }
        byte[] winner = best.value();
        if (winner != null) {
            correct(key, winner, answers, near);
        }
    }

    private byte @Nullable [] valueIn(byte[] key, Contact from, KadMessage answer) {
        KadRecord record = answer.record();
        if (record == null) {
            return null;
        }
        try {
            if (!Arrays.equals(record.key(), key)) {
                throw new InvalidRecordException("a GET_VALUE answer holds the record of key "
                        + HexFormat.of().formatHex(record.key()) + ", asked was for "
                        + HexFormat.of().formatHex(key));
            }
            validators.validate(key, record.value());
            return record.value();
        } catch (InvalidRecordException e) {
            LOG.log(Level.DEBUG, () -> "a value from " + from.id() + " is refused: " + e.getMessage());
            return null;
        }
    }

    /** Entry correction: gives the best value to peers that answered with a worse one, or are close and have none. */
    private void correct(byte[] key, byte[] best, Map<Contact, byte @Nullable []> answers, List<Contact> closest) {
        List<Contact> outdated = new ArrayList<>();
        answers.forEach((contact, value) -> {
            if (value == null ? closest.contains(contact) : !Arrays.equals(value, best)) {
                outdated.add(contact);
            }
        });
        if (!outdated.isEmpty()) {
            KadMessage request = KadMessage.putValue(KadRecord.of(key, best));
            fanOut.sendLater(outdated, contact -> network.ask(contact, request));
        }
    }

    /** The best value that was found so far. Thread-safe. */
    static final class Best {
        private final byte[] key;
        private final Validators validators;
        private final Search.Sink<byte[]> improvements;
        private final ReentrantLock lock = new ReentrantLock();
        private byte @Nullable [] value;
        private volatile boolean closed;

        Best(byte[] key, Validators validators, Search.Sink<byte[]> improvements) {
            this.key = key;
            this.validators = validators;
            this.improvements = improvements;
        }

        byte[] key() {
            return key;
        }

        byte @Nullable [] value() {
            lock.lock();
            try {
                return value;
            } finally {
                lock.unlock();
            }
        }

        boolean isClosed() {
            return closed;
        }

        /** Takes a valid value if it is better than the best so far. */
        void offer(byte[] candidate) throws InvalidRecordException {
            lock.lock();
            try {
                if (value != null && (Arrays.equals(value, candidate) || !validators.isBetter(key, candidate, value))) {
                    return;
                }
                value = candidate;
            } finally {
                lock.unlock();
            }
            if (!improvements.put(candidate)) {
                closed = true;
            }
        }

        void offer(RecordStore.@Nullable Stored stored) throws InvalidRecordException {
            if (stored != null) {
                offer(stored.value());
            }
        }
    }
}
