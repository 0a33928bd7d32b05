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
import libp2p.pubsub.network.AttackField.Regraft;
import libp2p.pubsub.router.GossipParameters;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.score.ScoreParameters;
import libp2p.pubsub.score.TopicScoreParameters;

/** One run of an attack of the evaluation of GossipSub 1.1 on a network of honest nodes. */
public final class Attack {
    /** An attack: a file of the evaluation, or one of this project's that changes a value of such a file. */
    public enum Kind {
        /** Nothing: the baseline. */
        CALM("1k"),
        /** Attackers join when the network runs, are in every mesh they can get into, and drop everything. */
        ECLIPSE("1k-attack-eclipse-net"),
        /** The same, with the publishers alone as victims. */
        ECLIPSE_PUBLISHERS("1k-attack-eclipse-publishers"),
        /** The same, with one publisher as victim. */
        ECLIPSE_SINGLE("1k-attack-eclipse-single"),
        /** They drop half of what they get. */
        DEGRADE("1k-attack-degrade-0.5"),
        /** They drop the messages of one author. */
        CENSOR("1k-attack-censor-single"),
        /** They are there when the honest nodes dial each other. */
        COLD_BOOT("1k-attack-cold-boot"),
        /** The same, with other parameters of opportunistic grafting. */
        COLD_BOOT_OPPGRAFT("1k-attack-cold-boot-oppgraft"),
        /** They are there before the honest nodes dial each other. */
        DAWN("1k-attack-dawn"),
        /** The same, with other parameters of opportunistic grafting. */
        DAWN_OPPGRAFT("1k-attack-dawn-oppgraft"),
        /** They behave well for two minutes, then all drop everything at once. */
        COVERT_FLASH("1k-attack-cold-boot-covert-flash"),
        /** The same, with other parameters of opportunistic grafting. */
        COVERT_FLASH_OPPGRAFT("1k-attack-cold-boot-covert-flash-oppgraft"),
        /** They drop everything, and come from few addresses. */
        COLOCATION("1k-attack-colocation"),
        /** Not of the evaluation: a quarter as many attackers as honest nodes, each linked to 100, before all others. */
        FEW_FIRST("1k-attack-dawn");

        private final String file;

        Kind(String file) {
            this.file = file;
        }

        /** The file of this attack. */
        public AttackVectors vectors() {
            AttackVectors vectors = new AttackVectors(file);
            return this == FEW_FIRST
                    ? vectors.with("main.node_counts.attackers_per_container", "1")
                            .with("main.network.attack_degree", "100")
                    : vectors;
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
     * @param share of the honest nodes of the file
     * @param rate messages per second of all publishers together; the files have 120
     * @param dials honest nodes that an honest node dials; the files have 20
     */
    public record Size(double share, int rate, int dials) {
        public static final Size SMALL = new Size(0.1, 12, 20);
        public static final Size FULL = new Size(1, 12, 20);
    }

    private static final String TOPIC = "blocks";
    private static final int BYTES = 2_048;
    private static final int REST = 10;

    private final AttackVectors vectors;
    private final AttackPlan plan;
    private final Scoring scoring;
    private final AttackField field;
    private final RandomGenerator random;
    private final List<Honest> honest = new ArrayList<>();
    private final Set<PeerId> sybils = new HashSet<>();
    private final Map<MessageId, Long> published = new LinkedHashMap<>();

    private Attack(Kind kind, Size size, Scoring scoring, AttackField field) {
        this.vectors = kind.vectors();
        this.plan = AttackPlan.of(kind, size);
        this.scoring = scoring;
        this.field = field;
        this.random = field.random();
    }

    /** Runs an attack on routers without hosts. */
    public static AttackResult run(Kind kind, Size size, Scoring scoring, long seed) {
        AttackVectors vectors = kind.vectors();
        long latency = vectors.time("main.network.latency").toNanos();
        double jitter = vectors.count("main.network.jitter_pct") / 100.0;
        return run(kind, size, scoring, new RouterField(seed, latency, jitter));
    }

    /** As the other, in a field of one's own. */
    public static AttackResult run(Kind kind, Size size, Scoring scoring, AttackField field) {
        return new Attack(kind, size, scoring, field).run();
    }

    private GossipParameters parameters() {
        return scoring == Scoring.EVALUATION ? vectors.parameters() : GossipParameters.DEFAULT;
    }

    private ScoreParameters scores() {
        return switch (scoring) {
            case EVALUATION -> vectors.scores(TOPIC);
            case DECLARED ->
                ScoreParameters.DEFAULT.withTopic(
                        TOPIC, TopicScoreParameters.DEFAULT.withRate(plan.rate(), Duration.ofMillis(100)));
            case DEFAULT -> ScoreParameters.DEFAULT;
        };
    }

    private AttackResult run() {
        GossipParameters parameters = parameters();
        ScoreParameters scores = scores();
        for (int i = 0; i < plan.honest(); i++) {
            honest.add(field.honest("honest" + i, i, parameters, scores));
        }
        honest.forEach(node -> node.join(TOPIC));
        long begin = field.now();
        Set<Long> links = new HashSet<>();
        for (int i = 0; i < plan.honest(); i++) {
            dialHonest(i, links);
        }
        for (int i = 0; i < plan.sybils(); i++) {
            attack(i);
        }
        publishers();
        AttackMeasure measure = new AttackMeasure(honest, sybils, TOPIC, field);
        long seconds = plan.warm().plus(plan.publishing()).toSeconds();
        for (long second = 0; second < seconds; second++) {
            field.run(SECOND);
            measure.second();
        }
        field.run(REST * SECOND);
        return measure.result(published, begin, (int) plan.warm().toSeconds(), (int)
                plan.onset().toSeconds());
    }

    private long dialTime(Duration delay) {
        double longer = plan.jitter() * (1 + 2 * random.nextDouble());
        return (long) (delay.toNanos() * (1 + longer));
    }

    private long spread() {
        return (long) (SECOND * random.nextDouble());
    }

    private void dialHonest(int dialer, Set<Long> links) {
        long at = dialTime(plan.honestDelay());
        Set<Integer> others = new HashSet<>();
        while (others.size() < plan.degree()) {
            int other = random.nextInt(honest.size());
            if (other != dialer && others.add(other)) {
                long link = (long) Math.min(dialer, other) << 32 | Math.max(dialer, other);
                if (links.add(link)) {
                    field.after(at + spread(), () -> field.connect(honest.get(dialer), honest.get(other)));
                }
            }
        }
    }

    private void attack(int number) {
        Regraft regraft = () ->
                plan.regraftBackoff().toNanos() + (long) (plan.regraftDelay().toNanos() * random.nextDouble());
        Attacker sybil = field.attacker("sybil" + number, 80_000 + number % plan.addresses(), TOPIC, regraft);
        sybils.add(sybil.id());
        long at = dialTime(plan.sybilDelay());
        List<Honest> targets = new ArrayList<>(honest.subList(0, plan.reachable()));
        for (int i = 0; i < plan.victims(); i++) {
            Honest victim = targets.remove(random.nextInt(targets.size()));
            field.after(at + spread(), () -> field.connect(sybil, victim));
        }
        if (plan.goodTime().isZero()) {
            drop(sybil);
        } else {
            sybil.drops(message -> false);
            field.after(at + SECOND + plan.goodTime().toNanos(), () -> drop(sybil));
        }
    }

    private void drop(Attacker sybil) {
        if (plan.censors()) {
            byte[] author = honest.get(0).id().toBytes();
            sybil.drops(message -> Arrays.equals(message.from(), author));
        } else if (plan.degrade() < 1) {
            sybil.drops(message -> random.nextDouble() < plan.degrade());
        } else {
            sybil.drops(message -> true);
        }
    }

    /** Each publisher publishes in regular intervals. */
    private void publishers() {
        long usual = SECOND * plan.publishers() / plan.rate();
        long end = field.now() + plan.warm().plus(plan.publishing()).toNanos();
        for (int i = 0; i < plan.publishers(); i++) {
            Honest author = honest.get(i);
            long interval = i == 0 && plan.censors()
                    ? Math.min(usual, plan.censoredInterval().toNanos())
                    : usual;
            field.after(
                    plan.warm().toNanos() + (long) (interval * random.nextDouble()),
                    () -> publish(author, interval, end));
        }
    }

    private void publish(Honest author, long interval, long end) {
        if (field.now() < end) {
            published.put(author.publish(TOPIC, BYTES), field.now());
            field.after(interval, () -> publish(author, interval, end));
        }
    }
}
