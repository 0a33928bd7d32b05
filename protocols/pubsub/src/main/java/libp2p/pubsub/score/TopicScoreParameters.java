package libp2p.pubsub.score;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of scores in one topic (section "Topic Parameter Calculation and Decay" of GossipSub 1.1). A weight of
 * 0 turns a part off; weights of penalties are negative.
 *
 * @param weight of this topic in the score of a peer
 * @param timeInMesh P1
 * @param firstDeliveries P2
 * @param meshDeliveries P3; for topics whose rate is known only
 * @param meshFailures P3b
 * @param invalidMessages P4
 */
public record TopicScoreParameters(
        double weight,
        TimeInMesh timeInMesh,
        FirstDeliveries firstDeliveries,
        MeshDeliveries meshDeliveries,
        Penalty meshFailures,
        Penalty invalidMessages) {
    /**
     * P1: time in the mesh.
     *
     * @param weight per quantum, not negative
     * @param quantum that counts as one
     * @param cap quanta that count at most
     */
    public record TimeInMesh(double weight, Duration quantum, double cap) {}

    /**
     * P2: messages that the peer brought first.
     *
     * @param weight per message, not negative
     * @param decay factor per decay interval
     * @param cap messages that count at most
     */
    public record FirstDeliveries(double weight, double decay, double cap) {}

    /**
     * P3: messages that a peer in the mesh brought, first or soon after.
     *
     * @param weight of the square of the deficit, not positive
     * @param decay factor per decay interval
     * @param cap messages that count at most
     * @param threshold messages below which something is missing
     * @param activation time in the mesh before anything can be missing
     * @param window after the validation of a message in which another copy of it counts
     */
    public record MeshDeliveries(
            double weight, double decay, double cap, double threshold, Duration activation, Duration window) {
        /** No penalty for what a member of the mesh fails to deliver. */
        public static final MeshDeliveries OFF =
                new MeshDeliveries(0, 0.5, 1, 1, Duration.ofSeconds(1), Duration.ofMillis(10));
    }

    /**
     * A penalty for the square of a counter.
     *
     * @param weight not positive
     * @param decay factor per decay interval
     */
    public record Penalty(double weight, double decay) {
        /** No penalty. */
        public static final Penalty OFF = new Penalty(0, 0.5);
    }

    /**
     * For topics of which nothing is known: P1, P2 and P4. An honest peer can never be below zero by them, however few
     * messages there are. Two invalid messages outweigh all that a peer can have earned there.
     */
    public static final TopicScoreParameters DEFAULT = new TopicScoreParameters(
            0.5,
            new TimeInMesh(0.0027, Duration.ofSeconds(1), 3_600),
            new FirstDeliveries(1, DecayFactor.over(Duration.ofMinutes(10)), 30),
            MeshDeliveries.OFF,
            Penalty.OFF,
            new Penalty(-20, DecayFactor.over(Duration.ofMinutes(30))));

    /**
     * Adds P3 and P3b for a topic that declares how many messages it carries.
     *
     * @param messagesPerSecond that every peer in the mesh sees at least
     * @param window after the validation in which another copy counts; above the usual delay between two peers
     */
    public TopicScoreParameters withRate(double messagesPerSecond, Duration window) {
        Duration minute = Duration.ofMinutes(1);
        double decay = DecayFactor.over(minute);
        // In the steady state a peer that brings every message has rate / (1 - decay) on its counter; a quarter must
        // do.
        double steady = messagesPerSecond / (1 - decay);
        double threshold = Math.max(1, steady / 4);
        double penalty = -weightOfMissing(threshold);
        return new TopicScoreParameters(
                weight,
                timeInMesh,
                firstDeliveries,
                new MeshDeliveries(penalty, decay, Math.max(steady, 2), threshold, minute.dividedBy(2), window),
                new Penalty(penalty, decay),
                invalidMessages);
    }

    /** A peer that brings nothing loses all that it can have earned by P1 and P2, and as much again. */
    private double weightOfMissing(double threshold) {
        double earned = timeInMesh.weight * timeInMesh.cap + firstDeliveries.weight * firstDeliveries.cap;
        return 2 * Math.max(10, earned) / (threshold * threshold);
    }

    /** The same with another weight of the topic in the sum. */
    public TopicScoreParameters withWeight(double value) {
        return new TopicScoreParameters(
                value, timeInMesh, firstDeliveries, meshDeliveries, meshFailures, invalidMessages);
    }

    /** The violations of the specification, in words; empty if there are none. */
    public List<String> flaws() {
        List<String> flaws = new ArrayList<>();
        require(flaws, weight >= 0, "the weight of a topic is negative");
        require(flaws, timeInMesh.weight >= 0 && timeInMesh.cap >= 0, "P1 is negative");
        require(flaws, timeInMesh.quantum.toNanos() > 0, "the quantum of P1 is not positive");
        require(flaws, firstDeliveries.weight >= 0 && firstDeliveries.cap >= 0, "P2 is negative");
        require(flaws, meshDeliveries.weight <= 0, "P3 is positive");
        require(flaws, meshFailures.weight <= 0, "P3b is positive");
        require(flaws, invalidMessages.weight <= 0, "P4 is positive");
        for (double decay :
                new double[] {firstDeliveries.decay, meshDeliveries.decay, meshFailures.decay, invalidMessages.decay}) {
            require(flaws, decay > 0 && decay < 1, "a decay of " + decay + " is not between 0 and 1");
        }
        return flaws;
    }

    private static void require(List<String> flaws, boolean well, String flaw) {
        if (!well) {
            flaws.add(flaw);
        }
    }
}
