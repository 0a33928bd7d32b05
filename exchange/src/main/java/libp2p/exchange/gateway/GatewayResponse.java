package libp2p.exchange.gateway;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import libp2p.exchange.bitswap.SendingRate;

/**
 * An answer.
 *
 * @param status of HTTP, 200 to 599
 * @param headers by name
 * @param length bytes of the body, or −1 if that is not known before
 * @param body writes the bytes
 */
public record GatewayResponse(int status, Map<String, String> headers, long length, Body body) {
    /** Writes a body. */
    @FunctionalInterface
    public interface Body {
        /** Writes it; an exception after the first byte must end the connection, so that nobody takes it for whole. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** The same answer, whose body goes at the rate at which its host gives content away. */
    public GatewayResponse at(SendingRate rate) {
        return new GatewayResponse(status, headers, length, out -> body.writeTo(rate.over(out)));
    }

    /** An answer of text. */
    public static GatewayResponse of(int status, Map<String, String> headers, String text) {
        return bytes(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    static GatewayResponse bytes(int status, Map<String, String> headers, byte[] body) {
        return new GatewayResponse(status, headers, body.length, out -> out.write(body));
    }

    static GatewayResponse text(int status, Map<String, String> headers, String message) {
        headers.put("Content-Type", "text/plain; charset=utf-8");
        return bytes(status, headers, (message + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
