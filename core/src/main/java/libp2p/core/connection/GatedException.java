package libp2p.core.connection;

import java.io.IOException;

/** The connection gater of this host said no. */
public class GatedException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param hook the hook that refused, for example {@code "accept"} */
    public GatedException(String hook, Object subject) {
        super("refused by the connection gater at " + hook + ": " + subject);
    }
}
