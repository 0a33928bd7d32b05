package libp2p.pubsub.score;

import libp2p.pubsub.score.TopicScoreParameters.MeshDeliveries;

/** The counters of one peer in one topic. */
final class TopicStatistics {
    boolean inMesh;
    long graftedAt;
    long meshTime;
    double firstDeliveries;
    double meshDeliveries;
    boolean meshDeliveriesActive;
    double meshFailures;
    double invalidMessages;

    void graft(long now) {
        inMesh = true;
        graftedAt = now;
        meshTime = 0;
        meshDeliveriesActive = false;
    }

    void prune(TopicScoreParameters parameters) {
        addFailure(parameters);
        inMesh = false;
    }

    void addFailure(TopicScoreParameters parameters) {
        if (inMesh && meshDeliveriesActive) {
            double missing = missing(parameters.meshDeliveries());
            meshFailures += missing * missing;
        }
    }

    private double missing(MeshDeliveries parameters) {
        return Math.max(0, parameters.threshold() - meshDeliveries);
    }

    void refresh(TopicScoreParameters parameters, double toZero, long now) {
        firstDeliveries = decayed(firstDeliveries, parameters.firstDeliveries().decay(), toZero);
        meshDeliveries = decayed(meshDeliveries, parameters.meshDeliveries().decay(), toZero);
        meshFailures = decayed(meshFailures, parameters.meshFailures().decay(), toZero);
        invalidMessages = decayed(invalidMessages, parameters.invalidMessages().decay(), toZero);
        if (inMesh) {
            meshTime = now - graftedAt;
            if (meshTime > parameters.meshDeliveries().activation().toNanos()) {
                meshDeliveriesActive = true;
            }
        }
    }

    /** Whether nothing is left that could count. */
    boolean isForgotten() {
        return !inMesh && firstDeliveries == 0 && meshDeliveries == 0 && meshFailures == 0 && invalidMessages == 0;
    }

    static double decayed(double counter, double decay, double toZero) {
        double less = counter * decay;
        return less < toZero ? 0 : less;
    }

    void addFirst(TopicScoreParameters parameters) {
        firstDeliveries = Math.min(parameters.firstDeliveries().cap(), firstDeliveries + 1);
        addMesh(parameters);
    }

    void addMesh(TopicScoreParameters parameters) {
        if (inMesh) {
            meshDeliveries = Math.min(parameters.meshDeliveries().cap(), meshDeliveries + 1);
        }
    }

    double score(TopicScoreParameters parameters) {
        double score = 0;
        if (inMesh) {
            double quanta =
                    (double) meshTime / parameters.timeInMesh().quantum().toNanos();
            score += Math.min(quanta, parameters.timeInMesh().cap())
                    * parameters.timeInMesh().weight();
        }
        score += firstDeliveries * parameters.firstDeliveries().weight();
        if (inMesh && meshDeliveriesActive) {
            double missing = missing(parameters.meshDeliveries());
            score += missing * missing * parameters.meshDeliveries().weight();
        }
        score += meshFailures * parameters.meshFailures().weight();
        score +=
                invalidMessages * invalidMessages * parameters.invalidMessages().weight();
        return score * parameters.weight();
    }
}
