package libp2p.nat.mapping;

import libp2p.core.failure.NetworkException;

/** A router refused to map a port, or gave an answer that makes no sense. */
public final class GatewayException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final int code;

    /** @param code the reason of the router; 0 if it gave none that can be understood */
    public GatewayException(Method method, String what, int code) {
        super(method + ": " + what + (code == 0 ? "" : " (code " + code + ")"));
        this.code = code;
    }

    /** The answer of the router. */
    public int code() {
        return code;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
