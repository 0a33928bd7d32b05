package libp2p.core.connection;

import java.util.List;
import libp2p.core.failure.NetworkException;

/** The two peers share no protocol, or the remote broke the rules of the negotiation. */
public class NegotiationException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final transient List<String> offered;

    /** @param offered the protocols that were proposed, in order */
    public NegotiationException(String message, List<String> offered) {
        super(offered.isEmpty() ? message : message + "; offered " + offered);
        this.offered = List.copyOf(offered);
    }

    /** The protocols that were offered in vain. */
    public List<String> offered() {
        return offered;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
