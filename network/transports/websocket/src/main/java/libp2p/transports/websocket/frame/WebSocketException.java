package libp2p.transports.websocket.frame;

import libp2p.core.connection.ProtocolViolationException;

/** The remote sent what RFC 6455 forbids, or what this transport does not take. */
public final class WebSocketException extends ProtocolViolationException {
    private static final long serialVersionUID = 1;
    private final int closeCode;

    /**
     * @param closeCode what the remote is told, a code of {@link CloseCode}
     * @param message what was wrong, with the limit if there is one
     */
    public WebSocketException(int closeCode, String message) {
        super("websocket", message);
        this.closeCode = closeCode;
    }

    public int closeCode() {
        return closeCode;
    }
}
