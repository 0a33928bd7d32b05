package libp2p.nat.autonat.v1;

import libp2p.core.event.HostEvent.Reachability;

/**
 * The one verdict of AutoNAT v1 and how sure it is, from 0 to 3: contrary answers wear it down before they turn it
 * over. Not thread-safe.
 */
public final class Confidence {
    private static final int MOST = 3;

    private Reachability verdict = Reachability.UNKNOWN;
    private int confidence;

    /** The present state. */
    public Reachability verdict() {
        return verdict;
    }

    /** The confidence in the verdict, 0 to 3. */
    public int confidence() {
        return confidence;
    }

    /** A server has answered; refusals change nothing. */
    public void heard(DialBackClient.Answer answer) {
        if (answer == DialBackClient.Answer.REFUSED) {
            return;
        }
        Reachability said = answer == DialBackClient.Answer.REACHED ? Reachability.PUBLIC : Reachability.PRIVATE;
        if (said == verdict) {
            confidence = Math.min(MOST, confidence + 1);
        } else if (confidence > 0) {
            confidence--;
        } else {
            verdict = said;
        }
    }
}
