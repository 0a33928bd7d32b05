package libp2p.pubsub.network;

import static libp2p.pubsub.network.RouterNetwork.SECOND;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.network.AttackField.Attacker;
import libp2p.pubsub.network.AttackField.Honest;
import libp2p.pubsub.router.GossipParameters;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.score.ScoreParameters;
import libp2p.pubsub.score.ScoreParameters.Colocation;
import libp2p.pubsub.score.TopicScoreParameters;

/** One run of an attack on a network of honest nodes. */
public final class Attack {
    /** The behaviour of the attackers. */
    public enum Kind {
        /** Nothing: the baseline. */
        NONE(false),
        /** They join when the network runs, are in every mesh they can get into, and drop everything. */
        ECLIPSE(false),
        /** The same, with the publishers alone as victims. */
        ECLIPSE_PUBLISHERS(false),
        /** They drop half of what they get. */
        DEGRADE(false),
        /** They drop the messages of one author. */
        CENSOR(false),
        /** They are there before the honest nodes have meshes. */
        COLD_BOOT(true),
        /** They behave well for a long time, then all drop everything at once. */
        COVERT_FLASH(true),
        /** They drop everything, and all come from one address. */
        COLOCATION(false);

        /** Whether the attack begins from a place in most meshes. */
        final boolean sudden;

        Kind(boolean sudden) {
            this.sudden = sudden;
        }

        /** The most that 99 % of the deliveries may take, in the minute after the onset where the attack is sudden. */
        public Duration slowest() {
            return Duration.ofSeconds(sudden ? 3 : 1);
        }
    }

    /** By what the honest nodes score. */
    public enum Scoring {
        /** The parameters of the evaluation of GossipSub 1.1. */
        EVALUATION,
        /** The defaults of this project for a topic that declares its rate. */
        DECLARED,
        /** The defaults of this project for a topic of which nothing is known. */
        DEFAULT
    }

    /**
     * How large a run is.
     *
     * @param degree honest neighbours of an honest node
     * @param victims honest nodes that an attacker dials
     * @param early the same where the attackers come before the meshes, as in the evaluation
     * @param rate messages per second of all publishers together
     */
    public record Size(int honest, int publishers, int sybils, int degree, int victims, int early, int rate) {
        public static final Size SMALL = new Size(100, 10, 25, 20, 100, 20, 3);
        public static final Size FULL = new Size(1_000, 100, 250, 20, 100, 20, 12);

        /** As this, with another number of messages per second. */
        public Size withRate(int value) {
            return new Size(honest, publishers, sybils, degree, victims, early, value);
        }

        /** As this, with as many victims however early the attackers come. */
        public Size harder() {
            return new Size(honest, publishers, sybils, degree, victims, victims, rate);
        }
    }

    /**
     * The seconds of a run.
     *
     * @param warm before anything is published, in which the meshes form
     * @param onset of publishing before the attack
     * @param good of publishing before it in covert flash, whose attackers behave well meanwhile
     * @param attacked of publishing after the onset, more than 60
     * @param rest for the last messages to arrive
     */
    public record Times(int warm, int onset, int good, int attacked, int rest) {
        public static final Times DEFAULT = new Times(10, 15, 15, 65, 10);
        /** The least that shows the state of the meshes a minute after the onset. */
        public static final Times SHORT = new Times(5, 5, 15, 61, 4);

        int before(Kind kind) {
            return switch (kind) {
                case COLD_BOOT -> 0;
                case COVERT_FLASH -> good;
                default -> onset;
            };
        }
    }

    /**
     * The outcome.
     *
     * @param delivered share of the deliveries to honest nodes that took place
     * @param p50 nanoseconds
     * @param p99 nanoseconds
     * @param worst99 the same of the messages in the minute after the onset
     * @param sybilShare of the places in the meshes of honest nodes, a minute after the onset
     * @param sybilPeak the largest share in any second
     * @param bytes sent by all, per second of publishing
     * @param onset seconds after the first sample
     * @param shares share of sybils in the meshes, second by second
     * @param honestScores mean score of honest nodes, second by second
     * @param sybilScores mean score of sybils, second by second
     * @param delays of all deliveries, sorted
     * @param lowestHonest the lowest score that an honest node ever had
     * @param honestExchanged how often an honest node had to make room because it brought too little
     * @param trace the same for the same seed
     */
    public record Result(
            double delivered,
            long p50,
            long p99,
            long worst99,
            double sybilShare,
            double sybilPeak,
            long bytes,
            int onset,
            List<Double> shares,
            List<Double> honestScores,
            List<Double> sybilScores,
            long[] delays,
            double lowestHonest,
            int honestExchanged,
            long trace,
            Cost cost) {
        /** The same with what the run has cost. */
        public Result withCost(Cost value) {
            return new Result(
                    delivered,
                    p50,
                    p99,
                    worst99,
                    sybilShare,
                    sybilPeak,
                    bytes,
                    onset,
                    shares,
                    honestScores,
                    sybilScores,
                    delays,
                    lowestHonest,
                    honestExchanged,
                    trace,
                    value);
        }
    }

    /**
     * The time that the simulation of a run took on this machine.
     *
     * @param wall seconds
     * @param processor seconds of all threads of the process
     */
    public record Cost(double wall, double processor) {
        static final Cost UNKNOWN = new Cost(0, 0);
    }

    private static final String TOPIC = "blocks";
    private static final int BYTES = 2_048;

    private final Kind kind;
    private final Size size;
    private final Scoring scoring;
    private final AttackVectors vectors;
    private final AttackField field;
    private final RandomGenerator random;
    private final List<Honest> honest = new ArrayList<>();
    private final List<Attacker> sybils = new ArrayList<>();
    private final Set<PeerId> sybilIds = new HashSet<>();
    private final Set<Long> links = new HashSet<>();
    private final Map<MessageId, Long> published = new LinkedHashMap<>();
    private final List<Double> shares = new ArrayList<>();
    private final List<Double> honestScores = new ArrayList<>();
    private final List<Double> sybilScores = new ArrayList<>();
    private double lowestHonest;

    private Attack(Kind kind, Size size, Scoring scoring, AttackVectors vectors, AttackField field) {
        this.kind = kind;
        this.size = size;
        this.scoring = scoring;
        this.vectors = vectors;
        this.field = field;
        this.random = field.random();
    }

    /** The file of the evaluation that holds the parameters of an attack. */
    public static AttackVectors vectors(Kind kind) {
        return new AttackVectors(
                switch (kind) {
                    case NONE -> "1k";
                    case DEGRADE -> "1k-attack-degrade-0.5";
                    default -> "1k-attack-eclipse-net";
                });
    }

    /**
     * Runs an attack on routers without hosts.
     */
    public static Result run(Kind kind, Size size, Scoring scoring, Times times, long seed) {
        AttackVectors vectors = vectors(kind);
        long latency = vectors.time("main.network.latency").toNanos();
        return run(
                kind,
                size,
                scoring,
                times,
                new RouterField(seed, latency, vectors.count("network.jitter_pct") / 100.0));
    }

    /** As the other, in a field of one's own. */
    public static Result run(Kind kind, Size size, Scoring scoring, Times times, AttackField field) {
        return new Attack(kind, size, scoring, vectors(kind), field).run(times);
    }

    private ScoreParameters scores() {
        return switch (scoring) {
            case EVALUATION -> {
                ScoreParameters scores = vectors.scores(TOPIC);
                yield kind == Kind.COLOCATION
                        ? scores.withColocation(new Colocation(-5, 10, address -> false))
                        : scores;
            }
            case DECLARED ->
                ScoreParameters.DEFAULT.withTopic(
                        TOPIC, TopicScoreParameters.DEFAULT.withRate(size.rate(), Duration.ofMillis(100)));
            case DEFAULT -> ScoreParameters.DEFAULT;
        };
    }

    private Result run(Times times) {
        GossipParameters parameters = vectors.parameters();
        ScoreParameters scores = scores();
        for (int i = 0; i < size.honest(); i++) {
            honest.add(field.honest("honest" + i, i, parameters, scores));
        }
        if (kind == Kind.COLD_BOOT) {
            attack();
        }
        for (int i = 0; i < size.honest(); i++) {
            for (int j = 0; j < size.degree() / 2; j++) {
                int other = random.nextInt(size.honest());
                if (other != i && links.add((long) Math.min(i, other) << 32 | Math.max(i, other))) {
                    field.connect(honest.get(i), honest.get(other));
                }
            }
        }
        honest.forEach(node -> node.join(TOPIC));
        if (kind == Kind.COVERT_FLASH) {
            attack();
            sybils.forEach(sybil -> sybil.drops(message -> false));
        }
        field.run(times.warm() * SECOND);
        int until = times.before(kind);
        long onset = field.now() + until * SECOND;
        field.after(onset - field.now(), this::begin);
        for (int second = 0; second < until + times.attacked(); second++) {
            for (int i = 0; i < size.rate(); i++) {
                field.after((long) (random.nextDouble() * SECOND), this::publish);
            }
            field.run(SECOND);
            measure();
        }
        field.run(times.rest() * SECOND);
        return result(onset, until, until + times.attacked());
    }

    /** Adds the attackers; each dials as many honest nodes as the evaluation says, or all. */
    private void attack() {
        long regraft = vectors.time("main.attack_behavior.sybil_regraft_delay").toNanos();
        int reachable = kind == Kind.ECLIPSE_PUBLISHERS ? size.publishers() : honest.size();
        int victims = Math.min(reachable, kind.sudden ? size.early() : size.victims());
        for (int i = 0; i < size.sybils(); i++) {
            Attacker sybil = field.attacker("sybil" + i, kind == Kind.COLOCATION ? 70_000 : 80_000 + i, TOPIC, regraft);
            sybils.add(sybil);
            sybilIds.add(sybil.id());
            List<Honest> targets = new ArrayList<>(honest.subList(0, reachable));
            for (int j = 0; j < victims; j++) {
                field.connect(sybil, targets.remove(random.nextInt(targets.size())));
            }
        }
    }

    private void begin() {
        switch (kind) {
            case NONE, COLD_BOOT -> {}
            case COVERT_FLASH -> sybils.forEach(sybil -> sybil.drops(message -> true));
            case DEGRADE -> {
                attack();
                double share = vectors.number("main.attack_behavior.sybil_degrade");
                sybils.forEach(sybil -> sybil.drops(message -> random.nextDouble() < share));
            }
            case CENSOR -> {
                attack();
                byte[] author = honest.get(0).id().toBytes();
                sybils.forEach(sybil -> sybil.drops(message -> Arrays.equals(message.from(), author)));
            }
            default -> attack();
        }
    }

    /**
     * In censor half of the messages are those of the author whose messages are dropped: it publishes about as often as
     * each author of the evaluation, whose rate of all together is too high for a simulation of hosts.
     */
    private void publish() {
        boolean loud = kind == Kind.CENSOR && random.nextBoolean();
        Honest author = honest.get(loud ? 0 : random.nextInt(size.publishers()));
        published.put(author.publish(TOPIC, BYTES), field.now());
    }

    private void measure() {
        int places = 0;
        int theirs = 0;
        double good = 0;
        double bad = 0;
        int goods = 0;
        int bads = 0;
        for (Honest node : honest) {
            for (PeerId peer : node.mesh(TOPIC)) {
                places++;
                theirs += sybilIds.contains(peer) ? 1 : 0;
            }
        }
        for (int i = 0; i < honest.size(); i += Math.max(1, honest.size() / 20)) {
            Honest node = honest.get(i);
            for (PeerId peer : node.peers(TOPIC)) {
                double score = node.score(peer);
                if (sybilIds.contains(peer)) {
                    bad += score;
                    bads++;
                } else {
                    good += score;
                    goods++;
                    lowestHonest = Math.min(lowestHonest, score);
                }
            }
        }
        shares.add(places == 0 ? 0 : (double) theirs / places);
        honestScores.add(goods == 0 ? 0 : good / goods);
        sybilScores.add(bads == 0 ? 0 : bad / bads);
    }

    private Result result(long onset, int onsetSecond, int seconds) {
        long wanted = 0;
        long[] delays = new long[published.size() * honest.size()];
        long[] late = new long[delays.length];
        int count = 0;
        int lateCount = 0;
        for (Honest node : honest) {
            for (Map.Entry<MessageId, Long> message : published.entrySet()) {
                wanted++;
                Long at = node.delivered(message.getKey());
                if (at != null) {
                    delays[count++] = at - message.getValue();
                    long since = message.getValue() - onset;
                    if (since >= 0 && since < 60 * SECOND) {
                        late[lateCount++] = at - message.getValue();
                    }
                }
            }
        }
        delays = Arrays.copyOf(delays, count);
        late = Arrays.copyOf(late, lateCount);
        Arrays.sort(delays);
        Arrays.sort(late);
        return new Result(
                (double) count / wanted,
                at(delays, 0.5),
                at(delays, 0.99),
                at(late, 0.99),
                shares.get(Math.min(onsetSecond + 60, shares.size() - 1)),
                shares.stream().mapToDouble(Double::doubleValue).max().orElse(0),
                field.bytes() / seconds,
                onsetSecond,
                shares,
                honestScores,
                sybilScores,
                delays,
                lowestHonest,
                (int) honest.stream()
                        .flatMap(node -> node.exchanged().stream())
                        .filter(peer -> !sybilIds.contains(peer))
                        .count(),
                field.trace(),
                Cost.UNKNOWN);
    }

    private static long at(long[] sorted, double quantile) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)];
    }
}
