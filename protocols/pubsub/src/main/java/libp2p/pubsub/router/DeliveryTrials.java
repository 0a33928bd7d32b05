package libp2p.pubsub.router;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.router.GossipParameters.Trials;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import org.jspecify.annotations.Nullable;

/**
 * Trials of the members of the mesh of one topic. Now and then a message is kept back from a member for a while. An
 * honest member has it from others and brings it; a member that drops messages does not, whether it drops all, a part,
 * or those of one author. Only what a member could have had from others is asked of it, since all other members get the message, and
 * a copy of what this host has sent it proves nothing. The rate of the topic need not be known. State without threads.
 */
final class DeliveryTrials {
    /** Trials of a topic that are open at the same time. */
    private static final int MOST_OPEN = 1_024;
    /** Trials of a member that are open at the same time: one stall of this host's network is not a verdict. */
    private static final int MOST_OPEN_OF_MEMBER = 3;
    /** Authors whose messages a member has missed, and that are counted apart. */
    private static final int MOST_MISSED = 8;
    /** Authors whose sides are known; the least recent give way. */
    private static final int MOST_AUTHORS = 1_024;
    /** Peers that have failed, and members that have left, which are remembered. */
    private static final int MOST_FAILED = 1_024;
    /** Members beside the one that is tried that must get the message. */
    private static final int OTHERS = 3;
    /** Of the messages in its turn a member is tried with one in so many, and of the others. */
    private static final int ONE_OF = 8;

    private static final int ONE_OUT_OF_TURN_OF = 24;
    /** What a message counts that was missed out of turn: the member may have been trying this host with it. */
    private static final int FAILURE_OUT_OF_TURN = 2;
    /** Multiples of the longest time between admissions after which failures are forgiven in part. */
    private static final int FORGIVING = 5;
    /** No peer id is longer. */
    private static final int MOST_AUTHOR_BYTES = 64;

    /** A message that is kept back from a member. */
    static final class Trial {
        private final Member member;
        final MessageId id;
        private final Author author;
        private final boolean inTurn;
        private final long since;
        private boolean passed;
        private boolean isGiven;
        private boolean isVoid;

        private Trial(Member member, MessageId id, Author author, boolean inTurn, long since) {
            this.member = member;
            this.id = id;
            this.author = author;
            this.inTurn = inTurn;
            this.since = since;
        }

        Peer peer() {
            return member.peer;
        }

        /** The member has brought the message, unless it had it from here. */
        void pass() {
            passed |= !isGiven;
        }

        /** The member has asked for the message, of which this host has not told it. */
        void give() {
            isGiven = true;
        }

        /** The message is not forwarded, so that nothing can be learned. */
        void cancel() {
            isVoid = true;
        }
    }

    /**
     * From where the messages of an author come. As long as they come from one side only, perhaps no member can have them from
     * others, and they judge no member.
     */
    private static final class Sides {
        private @Nullable PeerId first;
        boolean areSeveral;

        void add(PeerId bringer) {
            if (first == null) {
                first = bringer;
            } else if (!first.equals(bringer)) {
                areSeveral = true;
            }
        }
    }

    /** Bytes that name an author, as a key. */
    private record Author(byte[] bytes) {
        static final Author NONE = new Author(new byte[0]);

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Author author && Arrays.equals(bytes, author.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /** A member of the mesh. */
    private static final class Member {
        Peer peer;
        final long since;
        long nextTrial;
        int open;
        /** Grows with messages that it has missed, and falls with those that it has brought. */
        int failures;

        /** The same of messages whose turn it was not. */
        int failuresOutOfTurn;

        int passes;
        final Map<Author, Integer> authors = new LinkedHashMap<>(2);

        Member(Peer peer, long since) {
            this.peer = peer;
            this.since = since;
        }
    }

    private final PeerId self;
    private final Trials parameters;
    private final RandomGenerator random;
    private final Map<Peer, Member> members = new LinkedHashMap<>();
    /** Members that have left: newcomers, and those that were being tried or have missed messages, go on from there. */
    private final Map<PeerId, Member> left = new LinkedHashMap<>();

    private final Deque<Trial> open = new ArrayDeque<>();
    /** How often peers have failed; the oldest give way. */
    private final Map<PeerId, Integer> failed = new LinkedHashMap<>();

    private final Map<Author, Sides> sides = new LinkedHashMap<>(16, 0.75f, true);

    private long lastMessage;
    private boolean everMessage;
    /** Nanoseconds that pass between two admissions of strangers, in the mean; 0 while no member has failed of late. */
    private long closedFor;

    private long lastFailure;
    private boolean isOpen = true;

    DeliveryTrials(PeerId self, Trials parameters, RandomGenerator random) {
        this.self = self;
        this.parameters = parameters;
        this.random = random;
    }

    /** A peer has come into the mesh. */
    void add(Peer peer, long now) {
        Member member = left.remove(peer.id);
        if (member == null
                || isDone(member)
                        && now - member.since >= parameters.probation().toNanos()) {
            member = new Member(peer, now);
        }
        member.peer = peer;
        members.put(peer, member);
    }

    /** A peer has left the mesh. */
    void remove(Peer peer) {
        Member member = members.remove(peer);
        if (member != null) {
            left.put(peer.id, member);
            removeOldest(left, MOST_FAILED);
        }
    }

    private static boolean isDone(Member member) {
        return member.open == 0 && worst(member) == 0;
    }

    private static void removeOldest(Map<PeerId, ?> from, int most) {
        if (from.size() > most) {
            from.remove(from.keySet().iterator().next());
        }
    }

    /**
     * A valid message has come.
     *
     * @param from who brought it first
     * @param bringers who brought it before it was valid
     */
    void brought(Message message, PeerId from, Collection<PeerId> bringers, long now) {
        everMessage = true;
        lastMessage = now;
        Sides of = sides(author(message));
        of.add(from);
        bringers.forEach(of::add);
        if (Arrays.equals(message.from(), from.toBytes())) {
            return; // its own message, which shows nothing
        }
        for (Member member : members.values()) {
            if (member.peer.id.equals(from) || bringers.contains(member.peer.id)) {
                member.passes++;
            }
        }
    }

    private Sides sides(Author author) {
        Sides of = sides.computeIfAbsent(author, key -> new Sides());
        if (sides.size() > MOST_AUTHORS) {
            sides.remove(sides.keySet().iterator().next());
        }
        return of;
    }

    /** Messages without an author, or with one that is none, have one in common. */
    private static Author author(Message message) {
        byte[] author = message.from();
        return author == null || author.length > MOST_AUTHOR_BYTES ? Author.NONE : new Author(author);
    }

    /**
     * A message of another will be forwarded if it is valid.
     *
     * @param to members of the mesh that it is to be sent to
     * @return those from which it is kept back, until {@link #settle}
     */
    List<Trial> begin(Message message, MessageId id, List<Peer> to, long now) {
        int count = Math.min(parameters.perMessage(), to.size() - OTHERS);
        Author of = author(message);
        if (count <= 0 || open.size() >= MOST_OPEN || !sides(of).areSeveral) {
            return List.of();
        }
        List<Trial> trials = new ArrayList<>(count);
        for (Member member : due(to, id, of, now)) {
            if (trials.size() == count) {
                break;
            }
            Trial trial = new Trial(member, id, of, isInTurn(member.peer, id), now);
            member.open++;
            member.nextTrial = now + (long) (parameters.interval().toNanos() * (0.5 + random.nextDouble()));
            open.add(trial);
            trials.add(trial);
        }
        return trials;
    }

    /** The members that may be tried with a message, those of whom least is known first. */
    private List<Member> due(List<Peer> to, MessageId id, Author author, long now) {
        List<Member> urgent = new ArrayList<>();
        List<Member> others = new ArrayList<>();
        for (Peer peer : to) {
            Member member = members.get(peer);
            if (member == null
                    || member.open >= MOST_OPEN_OF_MEMBER
                    || hasFailed(member)
                    || now - member.since < parameters.settling().toNanos()) {
                continue;
            }
            boolean inTurn = isInTurn(peer, id);
            if (inTurn && isUrgent(member, author)) {
                urgent.add(member);
            } else if (now - member.nextTrial >= 0 && random.nextInt(inTurn ? ONE_OF : ONE_OUT_OF_TURN_OF) == 0) {
                others.add(member);
            }
        }
        shuffle(urgent);
        shuffle(others);
        urgent.addAll(others);
        return urgent;
    }

    private void shuffle(List<Member> list) {
        for (int i = list.size() - 1; i > 0; i--) {
            Collections.swap(list, i, random.nextInt(i + 1));
        }
    }

    /**
     * Two peers that keep the same message back from each other both learn something wrong, so of each message it is the turn of one of
     * them. Messages out of turn are tried seldom, lest a member drops just these.
     */
    private boolean isInTurn(Peer peer, MessageId id) {
        int mixed = id.hashCode() * 0x9E3779B9;
        return mixed < 0 == self.compareTo(peer.id) < 0;
    }

    private boolean isUrgent(Member member, Author author) {
        return member.failures > 0 || member.passes < parameters.passes() || member.authors.containsKey(author);
    }

    /** The trials whose time is over; those that have not been passed still have to be sent. */
    List<Trial> settle(long now) {
        List<Trial> missed = new ArrayList<>();
        while (!open.isEmpty()
                && now - open.getFirst().since >= parameters.window().toNanos()) {
            Trial trial = open.remove();
            Member member = trial.member;
            member.open--;
            if (trial.isVoid) {
                continue;
            }
            if (trial.passed) {
                member.passes++;
                sides(trial.author).add(member.peer.id);
            } else if (members.get(member.peer) != member) {
                close(now); // it has left, perhaps to come again by another name
            } else if (!trial.isGiven) {
                missed.add(trial);
            }
            count(member, trial);
        }
        return missed;
    }

    private void count(Member member, Trial trial) {
        if (!trial.inTurn) {
            member.failuresOutOfTurn = counted(member.failuresOutOfTurn, trial.passed, FAILURE_OUT_OF_TURN);
            return;
        }
        member.failures = counted(member.failures, trial.passed, parameters.failure());
        Author author = trial.author;
        if (trial.passed && !member.authors.containsKey(author)) {
            return;
        }
        int failures = counted(member.authors.getOrDefault(author, 0), trial.passed, parameters.failure());
        if (failures == 0) {
            member.authors.remove(author);
        } else if (member.authors.size() < MOST_MISSED || member.authors.containsKey(author)) {
            member.authors.put(author, failures);
        }
    }

    private static int counted(int failures, boolean passed, int failure) {
        return passed ? Math.max(0, failures - 1) : failures + failure;
    }

    /** The members that have failed, worst first. */
    List<Peer> failing() {
        return members.values().stream()
                .filter(this::hasFailed)
                .sorted(Comparator.comparingInt(DeliveryTrials::worst).reversed())
                .map(member -> member.peer)
                .toList();
    }

    private boolean hasFailed(Member member) {
        return worst(member) >= parameters.limit();
    }

    private static int worst(Member member) {
        int worst = Math.max(member.failures, member.failuresOutOfTurn);
        for (int failures : member.authors.values()) {
            worst = Math.max(worst, failures);
        }
        return worst;
    }

    /**
     * A member makes room because it has failed: from now on strangers are admitted more seldom.
     *
     * @return how many times in all it has failed
     */
    int fail(Peer peer, long now) {
        close(now);
        members.remove(peer);
        Integer before = failed.remove(peer.id);
        int times = before == null ? 1 : before + 1;
        failed.put(peer.id, times);
        removeOldest(failed, MOST_FAILED);
        return times;
    }

    private void close(long now) {
        long longest = parameters.closed().toNanos();
        closedFor = Math.min(longest, Math.max(longest / 4, 2 * closedFor));
        lastFailure = now;
        isOpen = false;
    }

    /**
     * Whether a stranger may come into the mesh: a peer that this host has not dialed and that has relayed nothing to it of late.
     *
     * @param size of the mesh
     * @param low size below which all are welcome who have not failed
     * @param desired size from which newcomers are taken one by one
     */
    boolean admits(Peer stranger, int size, int low, int desired, long now) {
        if (!isOpen) {
            return size < low && !failed.containsKey(stranger.id);
        }
        if (size < desired
                || !everMessage
                || now - lastMessage > parameters.closed().toNanos()) {
            return true;
        }
        long probation = parameters.probation().toNanos();
        for (Member member : members.values()) {
            if (now - member.since < probation || member.passes < parameters.passes()) {
                return false;
            }
        }
        return true;
    }

    /** Whether a peer has failed before. */
    boolean hasFailed(Peer peer) {
        return failed.containsKey(peer.id);
    }

    /**
     * Opens the mesh for strangers until the next heartbeat, or not. After failures that is by chance, so that attackers who ask at
     * the same time are not admitted everywhere at once; without further ones it becomes more frequent again.
     */
    void open(long now, long heartbeat) {
        if (closedFor > 0 && now - lastFailure > FORGIVING * parameters.closed().toNanos()) {
            closedFor = closedFor <= parameters.closed().toNanos() / 4 ? 0 : closedFor / 2;
            lastFailure = now;
        }
        isOpen = closedFor == 0 || random.nextDouble() * closedFor < heartbeat;
    }
}
