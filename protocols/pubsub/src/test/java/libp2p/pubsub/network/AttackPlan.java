package libp2p.pubsub.network;

import java.time.Duration;
import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Size;

/**
 * What a file of the evaluation says, at the size of a run. In a smaller network each victim has as many links to
 * attackers as in that of the file, from as many addresses.
 *
 * @param degree honest nodes that each honest node dials
 * @param reachable honest nodes that attackers may dial: all, the publishers, or the first of these
 * @param sybils attackers in all
 * @param addresses of all attackers together
 * @param victims honest nodes that each attacker dials
 * @param degrade share of the messages that an attacker drops
 * @param censors whether only those of the first publisher are dropped
 * @param honestDelay until honest nodes dial
 * @param sybilDelay until attackers dial
 * @param jitter share of these delays by which they are longer, and twice that by which they differ
 * @param goodTime in which an attacker forwards everything, from its dialing on
 * @param regraftBackoff until an attacker grafts again after a PRUNE
 * @param regraftDelay that is added at random
 * @param warm until the first message is published
 * @param publishing in which messages are published
 * @param rate messages a second of all publishers together
 * @param censoredInterval between two messages of the first publisher where it is censored, as in the file
 */
record AttackPlan(
        int honest,
        int publishers,
        int degree,
        int reachable,
        int sybils,
        int addresses,
        int victims,
        double degrade,
        boolean censors,
        Duration honestDelay,
        Duration sybilDelay,
        double jitter,
        Duration goodTime,
        Duration regraftBackoff,
        Duration regraftDelay,
        Duration warm,
        Duration publishing,
        int rate,
        Duration censoredInterval) {
    static AttackPlan of(Kind kind, Size size) {
        AttackVectors file = kind.vectors();
        String counts = "main.node_counts.";
        String behaviour = "main.attack_behavior.";
        int publishers = scaled(file.count(counts + "publisher"), size);
        int honest = publishers + scaled(file.count(counts + "lurker"), size);
        int allReachable = file.is(behaviour + "single_node")
                ? 1
                : file.is(behaviour + "publishers_only")
                        ? file.count(counts + "publisher")
                        : file.count(counts + "publisher") + file.count(counts + "lurker");
        int reachable = Math.max(1, scaled(allReachable, size));
        int allSybils = file.count(counts + "attacker") * file.count(counts + "attackers_per_container");
        int degree = file.count("main.network.attack_degree");
        double linksOfOne = (double) allSybils * Math.min(degree, allReachable) / allReachable;
        int victims = Math.min(degree, reachable);
        return new AttackPlan(
                honest,
                publishers,
                Math.min(size.dials(), honest - 1),
                reachable,
                (int) Math.round(linksOfOne * reachable / victims),
                file.count(counts + "attacker"),
                victims,
                file.number(behaviour + "sybil_degrade"),
                file.is(behaviour + "censor_single_node"),
                file.delay("main.honest_behavior.connect_delay"),
                file.delay(behaviour + "connect_delay"),
                file.count(behaviour + "connect_jitter_pct") / 100.0,
                file.time(behaviour + "sybil_attack_delay"),
                file.time(behaviour + "sybil_regraft_backoff"),
                file.time(behaviour + "sybil_regraft_delay"),
                file.time("main.time.warm"),
                file.time("main.time.run"),
                size.rate(),
                Duration.ofSeconds(file.count(counts + "publisher")).dividedBy(file.rate()));
    }

    private static int scaled(int number, Size size) {
        return (int) Math.round(number * size.share());
    }

    /** When the attack begins: when attackers dial, but not before there is anything that they can drop. */
    Duration onset() {
        Duration dialed = sybilDelay.plusNanos((long) (sybilDelay.toNanos() * jitter));
        Duration attacking = dialed.plus(goodTime);
        return attacking.compareTo(warm) > 0 ? attacking : warm;
    }
}
