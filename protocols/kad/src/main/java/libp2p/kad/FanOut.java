package libp2p.kad;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.concurrent.TaskGroup;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.kad.lookup.Contact;
import libp2p.kad.message.KadMessage;

/** Sends the same to several peers, a few at a time: now, or later on threads that end with the host. Thread-safe. */
final class FanOut {
    /** Sends to one peer; blocks. */
    @FunctionalInterface
    interface Sending {
        void to(Contact contact) throws IOException;
    }

    /**
     * The outcome.
     *
     * @param asked peers
     * @param done of them that took it
     */
    record Tally(int asked, int done) {
        Tally plus(Tally other) {
            return new Tally(asked + other.asked, done + other.done);
        }
    }

    private static final System.Logger LOG = System.getLogger(FanOut.class.getName());
    private static final int LATER_AT_A_TIME = 20;
    private static final int LATER_AT_MOST = 200;

    private final Environment environment;
    private final int atATime;
    private final TaskGroup later;
    private final AtomicInteger pending = new AtomicInteger();

    FanOut(Environment environment, int atATime) {
        this.environment = environment;
        this.atATime = atATime;
        this.later = new TaskGroup(environment, "kad-later", LATER_AT_A_TIME);
    }

    /** Sends to all and waits for them, until the deadline; blocks. */
    Tally sendAll(List<Contact> contacts, Deadline deadline, Sending sending) throws IOException {
        AtomicInteger done = new AtomicInteger();
        try (TaskGroup group = new TaskGroup(environment, "kad-send", atATime)) {
            for (Contact contact : contacts) {
                group.fork(() -> {
                    if (send(contact, sending)) {
                        done.incrementAndGet();
                    }
                });
            }
            group.await(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("sending to " + contacts.size() + " peers was interrupted");
        }
        return new Tally(contacts.size(), done.get());
    }

    /** Asks one peer; blocks. */
    @FunctionalInterface
    interface Asking {
        KadMessage to(Contact contact) throws IOException;
    }

    /**
     * Asks peers until the visitor has found enough or the deadline passes; blocks.
     *
     * @param visitor hears of the answers, on the thread of the caller
     */
    void askAll(List<Contact> contacts, Deadline deadline, Asking asking, LookupRunner.Visitor visitor)
            throws IOException {
        for (int from = 0; from < contacts.size() && !deadline.passed(environment); from += atATime) {
            List<Contact> some = contacts.subList(from, Math.min(contacts.size(), from + atATime));
            Map<Contact, KadMessage> answers = new ConcurrentHashMap<>();
            sendAll(some, deadline, contact -> answers.put(contact, asking.to(contact)));
            for (Contact contact : some) {
                KadMessage answer = answers.get(contact);
                if (answer != null && visitor.answered(contact, answer)) {
                    return;
                }
            }
        }
    }

    private static boolean send(Contact contact, Sending sending) {
        try {
            sending.to(contact);
            return true;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "not taken by " + contact.id() + ": " + e.getMessage());
            return false;
        }
    }

    /** Hears once of each peer whether it took the message. */
    @FunctionalInterface
    interface Outcome {
        void of(boolean taken);
    }

    /** Sends without waiting; drops the message where too many wait. */
    void sendLater(List<Contact> contacts, Sending sending) {
        contacts.forEach(contact -> sendLater(contact, sending, taken -> {}));
    }

    /** Sends without waiting; takes no message where too many wait, or when the host closes. */
    void sendLater(Contact contact, Sending sending, Outcome outcome) {
        if (pending.incrementAndGet() > LATER_AT_MOST) {
            pending.decrementAndGet();
            LOG.log(Level.DEBUG, "too much to send, {0} gets nothing", contact.id());
            outcome.of(false);
            return;
        }
        environment.start("kad-later", () -> {
            boolean begun = false;
            try {
                begun = later.fork(() -> outcome.of(send(contact, sending)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                pending.decrementAndGet();
                if (!begun) {
                    outcome.of(false);
                }
            }
        });
    }

    /** Waits until all messages are sent; blocks. */
    void finish(Deadline deadline) throws InterruptedException {
        later.await(deadline);
    }

    void close() {
        later.close();
    }
}
