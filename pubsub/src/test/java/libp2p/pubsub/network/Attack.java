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
import libp2p.pubsub.router.Version;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.score.ScoreParameters;
import libp2p.pubsub.score.ScoreParameters.Colocation;
import libp2p.pubsub.score.TopicScoreParameters;

/** One run of an attack on a network of honest routers. */
final class Attack {
    /** What the attackers do. */
    enum Kind {
        /** Nothing: the baseline. */
        NONE,
        /** They join when the network runs, are in every mesh they can get into, and drop everything. */
        ECLIPSE,
        /** They drop half of what they get. */
        DEGRADE,
        /** They drop the messages of one author. */
        CENSOR,
        /** They are there before the honest nodes have meshes. */
        COLD_BOOT,
        /** They behave well for a long time, then all drop everything at once. */
        COVERT_FLASH,
        /** They drop everything, and all come from one address. */
        COLOCATION
    }

    /**
     * How large a run is.
     *
     * @param rate messages per second of all publishers together
     */
    record Size(int honest, int publishers, int sybils, int degree, int sybilDegree, int rate) {
        static final Size SMALL = new Size(100, 10, 25, 20, 100, 3);
        static final Size FULL = new Size(1_000, 100, 250, 20, 100, 120);
    }

    /**
     * What came of it.
     *
     * @param delivered share of the deliveries to honest nodes that took place
     * @param p50 nanoseconds
     * @param p99 nanoseconds
     * @param worst99 the same of the messages in the minute after the onset
     * @param sybilShare of the places in the meshes of honest nodes, a minute after the onset
     * @param sybilPeak the largest share in any second
     * @param bytes sent by all
     * @param shares share of sybils in the meshes, second by second
     * @param honestScores mean score of honest nodes, second by second
     * @param sybilScores mean score of sybils, second by second
     * @param delays of all deliveries, sorted
     * @param lowestHonest the lowest score that an honest node ever had
     */
    record Result(
            double delivered,
            long p50,
            long p99,
            long worst99,
            double sybilShare,
            double sybilPeak,
            long bytes,
            List<Double> shares,
            List<Double> honestScores,
            List<Double> sybilScores,
            long[] delays,
            double lowestHonest,
            long trace) {}

    private static final String TOPIC = "blocks";
    private static final int BYTES = 2_048;
    private static final int WARM = 10;
    private static final int ONSET = 25;

    private final Kind kind;
    private final Size size;
    private final boolean own;
    private final AttackVectors vectors;
    private final RouterNetwork network;
    private final RandomGenerator random;
    private final List<HonestNode> honest = new ArrayList<>();
    private final List<Sybil> sybils = new ArrayList<>();
    private final Set<PeerId> sybilIds = new HashSet<>();
    private final Map<MessageId, Long> published = new LinkedHashMap<>();
    private final List<Double> shares = new ArrayList<>();
    private final List<Double> honestScores = new ArrayList<>();
    private final List<Double> sybilScores = new ArrayList<>();
    private double lowestHonest;

    private Attack(Kind kind, Size size, String file, boolean own, long seed) {
        this.own = own;
        this.kind = kind;
        this.size = size;
        this.vectors = new AttackVectors(file);
        this.network = new RouterNetwork(seed);
        this.random = network.random();
    }

    /**
     * Runs an attack.
     *
     * @param own whether peers are scored by this project's parameters for a declared rate instead of those of the file
     * @param seconds of publishing after the onset of the attack, at least 60
     */
    static Result run(Kind kind, Size size, String file, boolean own, int seconds, long seed) {
        return new Attack(kind, size, file, own, seed).run(seconds);
    }

    private ScoreParameters scores() {
        if (own) {
            return ScoreParameters.DEFAULT.withTopic(
                    TOPIC, TopicScoreParameters.DEFAULT.withRate(size.rate(), Duration.ofMillis(100)));
        }
        ScoreParameters scores = vectors.scores(TOPIC);
        return kind == Kind.COLOCATION ? scores.withColocation(new Colocation(-5, 10, address -> false)) : scores;
    }

    private Result run(int seconds) {
        network.latency(vectors.time("main.network.latency").toNanos(), vectors.count("network.jitter_pct") / 100.0);
        for (int i = 0; i < size.honest(); i++) {
            HonestNode node = new HonestNode(
                    network, "honest" + i, RouterNetwork.address(i), vectors.parameters(), scores(), false);
            honest.add(node);
        }
        if (kind == Kind.COLD_BOOT) {
            attack();
        }
        for (int i = 0; i < size.honest(); i++) {
            for (int j = 0; j < size.degree() / 2; j++) {
                int other = random.nextInt(size.honest());
                if (other != i && !connected(i, other)) {
                    links.add(link(i, other));
                    network.connect(honest.get(i), honest.get(other), Version.GOSSIPSUB_1_2);
                }
            }
        }
        honest.forEach(node -> node.join(TOPIC));
        if (kind == Kind.COVERT_FLASH) {
            attack();
            sybils.forEach(sybil -> sybil.drops = message -> false);
        }
        network.run(WARM * SECOND);
        long onset = kind == Kind.COLD_BOOT ? network.now() : network.now() + (ONSET - WARM) * SECOND;
        network.after(onset - network.now(), this::begin);
        int duration = (int) ((onset - network.now()) / SECOND) + seconds;
        for (int second = 0; second < duration; second++) {
            for (int i = 0; i < size.rate(); i++) {
                network.after((long) (random.nextDouble() * SECOND), this::publish);
            }
            network.run(SECOND);
            measure();
        }
        network.run(10 * SECOND);
        return result(onset);
    }

    private final Set<Long> links = new HashSet<>();

    private static long link(int i, int j) {
        return (long) Math.min(i, j) << 32 | Math.max(i, j);
    }

    private boolean connected(int i, int j) {
        return links.contains(link(i, j));
    }

    /** Adds the attackers; each dials as many honest nodes as the file says, or all. */
    private void attack() {
        long regraft = vectors.time("main.attack_behavior.sybil_regraft_delay").toNanos();
        for (int i = 0; i < size.sybils(); i++) {
            int place = kind == Kind.COLOCATION ? 70_000 : 80_000 + i;
            Sybil sybil = new Sybil(network, "sybil" + i, RouterNetwork.address(place), TOPIC, regraft);
            sybils.add(sybil);
            sybilIds.add(sybil.id());
            List<HonestNode> targets = new ArrayList<>(honest);
            for (int j = 0; j < Math.min(size.sybilDegree(), targets.size()); j++) {
                HonestNode target = targets.remove(random.nextInt(targets.size()));
                network.connect(sybil, target, Version.GOSSIPSUB_1_2);
            }
        }
    }

    private void begin() {
        switch (kind) {
            case NONE, COLD_BOOT -> {}
            case COVERT_FLASH -> sybils.forEach(sybil -> sybil.drops = message -> true);
            case DEGRADE -> {
                attack();
                double share = vectors.number("main.attack_behavior.sybil_degrade");
                sybils.forEach(sybil -> sybil.drops = message -> random.nextDouble() < share);
            }
            case CENSOR -> {
                attack();
                byte[] author = honest.get(0).id().toBytes();
                sybils.forEach(sybil -> sybil.drops = message -> Arrays.equals(message.from(), author));
            }
            default -> attack();
        }
    }

    private void publish() {
        HonestNode author = honest.get(random.nextInt(size.publishers()));
        published.put(author.publish(TOPIC, BYTES), network.now());
    }

    private void measure() {
        int places = 0;
        int theirs = 0;
        double good = 0;
        double bad = 0;
        int goods = 0;
        int bads = 0;
        for (HonestNode node : honest) {
            for (PeerId peer : node.router().view().mesh(TOPIC)) {
                places++;
                theirs += sybilIds.contains(peer) ? 1 : 0;
            }
        }
        for (int i = 0; i < honest.size(); i += Math.max(1, honest.size() / 20)) {
            var view = honest.get(i).router().view();
            for (PeerId peer : view.peers(TOPIC)) {
                double score = view.score(peer);
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

    private Result result(long onset) {
        long wanted = 0;
        long got = 0;
        long[] delays = new long[(int) Math.min(5_000_000, (long) published.size() * honest.size())];
        long[] late = new long[delays.length];
        int count = 0;
        int lateCount = 0;
        for (HonestNode node : honest) {
            for (Map.Entry<MessageId, Long> message : published.entrySet()) {
                wanted++;
                HonestNode.Delivery delivery = node.deliveries.get(message.getKey());
                if (delivery == null) {
                    continue;
                }
                got++;
                long delay = delivery.at() - message.getValue();
                if (count < delays.length) {
                    delays[count++] = delay;
                }
                long since = message.getValue() - onset;
                if (since >= 0 && since < 60 * SECOND && lateCount < late.length) {
                    late[lateCount++] = delay;
                }
            }
        }
        delays = Arrays.copyOf(delays, count);
        late = Arrays.copyOf(late, lateCount);
        Arrays.sort(delays);
        Arrays.sort(late);
        int minute = (int) (shares.size() - (network.now() - 10 * SECOND - onset) / SECOND) + 60;
        return new Result(
                (double) got / wanted,
                at(delays, 0.5),
                at(delays, 0.99),
                at(late, 0.99),
                shares.get(Math.min(minute, shares.size() - 1)),
                shares.stream().mapToDouble(Double::doubleValue).max().orElse(0),
                network.bytes(),
                shares,
                honestScores,
                sybilScores,
                delays,
                lowestHonest,
                network.trace());
    }

    private static long at(long[] sorted, double quantile) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)];
    }
}
