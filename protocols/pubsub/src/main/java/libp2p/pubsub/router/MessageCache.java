package libp2p.pubsub.router;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;
import org.jspecify.annotations.Nullable;

/** The message cache ("mcache" of the specification): messages of the last heartbeats, which others may ask for. */
final class MessageCache {
    /** About what the number of answers to one peer takes. */
    private static final int COUNT_COSTS = 48;

    private static final class Entry {
        final MessageId id;
        final Message message;
        /** The RPC of the message, one for all peers that ask, so that it is encoded once; null before. */
        @Nullable
        Rpc answer;
        /** The number of answers to each peer; null as long as there is none, as for most messages. */
        @Nullable
        Map<PeerId, Integer> answers;

        Entry(MessageId id, Message message) {
            this.id = id;
            this.message = message;
        }

        /** Counts an answer to a peer, unless it had so many already or its first one has no room to be counted. */
        boolean answer(PeerId peer, int most, PeerCharges charges) {
            Map<PeerId, Integer> counts = answers;
            int before = counts == null ? 0 : counts.getOrDefault(peer, 0);
            if (before >= most || before == 0 && !charges.take(peer, COUNT_COSTS)) {
                return false;
            }
            if (counts == null) {
                counts = new HashMap<>(2);
                answers = counts;
            }
            counts.put(peer, before + 1);
            return true;
        }
    }

    private final Deque<Deque<Entry>> windows = new ArrayDeque<>();
    private final Map<MessageId, Entry> entries = new HashMap<>();
    private final int history;
    private final int gossipHistory;
    private final long mostBytes;
    private final PeerCharges charges;
    private long bytes;

    /** @param held to which the numbers of answers are charged, those to a peer until the messages leave the cache */
    MessageCache(int history, int gossipHistory, long mostBytes, HeldBytes held) {
        this.history = history;
        this.gossipHistory = gossipHistory;
        this.mostBytes = mostBytes;
        this.charges = new PeerCharges(held);
        windows.addFirst(new ArrayDeque<>());
    }

    void put(MessageId id, Message message) {
        if (entries.containsKey(id)) {
            return;
        }
        while (bytes + message.size() > mostBytes && dropOldest()) {
            continue;
        }
        Entry entry = new Entry(id, message);
        bytes += message.size();
        entries.put(id, entry);
        windows.getFirst().add(entry);
    }

    private boolean dropOldest() {
        while (windows.size() > 1 && windows.getLast().isEmpty()) {
            windows.removeLast();
        }
        Entry oldest = windows.getLast().pollFirst();
        if (oldest == null) {
            return false;
        }
        remove(oldest);
        return true;
    }

    private void remove(Entry entry) {
        entries.remove(entry.id);
        bytes -= (entry.answer == null ? 1 : 2) * (long) entry.message.size();
        if (entry.answers != null) {
            entry.answers.keySet().forEach(peer -> charges.free(peer, COUNT_COSTS));
        }
    }

    /** A message, or null if it is not there. */
    @Nullable
    Message get(MessageId id) {
        Entry entry = entries.get(id);
        return entry == null ? null : entry.message;
    }

    /**
     * A message, or null if it is not there, if the peer was given it so often already, or if the peer has asked for so
     * many that there is no room to count another one.
     */
    @Nullable
    Rpc answer(MessageId id, PeerId peer, int most) {
        Entry entry = entries.get(id);
        if (entry == null || !entry.answer(peer, most, charges)) {
            return null;
        }
        Rpc answer = entry.answer;
        if (answer == null) {
            answer = Rpc.of(entry.message);
            entry.answer = answer;
            bytes += entry.message.size();
            while (bytes > mostBytes && dropOldest()) {
                continue;
            }
        }
        return answer;
    }

    /** The ids of the recent messages of a topic, those of which others are told. */
    List<MessageId> recent(String topic) {
        List<MessageId> ids = new ArrayList<>();
        int window = 0;
        for (Deque<Entry> one : windows) {
            if (++window > gossipHistory) {
                break;
            }
            for (Entry entry : one) {
                if (entry.message.topic().equals(topic)) {
                    ids.add(entry.id);
                }
            }
        }
        return ids;
    }

    void shift() {
        windows.addFirst(new ArrayDeque<>());
        while (windows.size() > history) {
            windows.removeLast().forEach(this::remove);
        }
    }

    int size() {
        return entries.size();
    }
}
