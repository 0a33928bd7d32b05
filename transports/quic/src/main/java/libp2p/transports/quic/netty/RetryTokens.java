package libp2p.transports.quic.netty;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import libp2p.core.environment.Environment;

/**
 * The tokens of Retry packets (RFC 9000, 8.1.2): a code over time and address, then the time, then the connection id that
 * the client chose first. They prove that the client receives what is sent to its address, and cost no memory. Confined to
 * an event loop.
 */
final class RetryTokens implements QuicTokenHandler {
    private static final int CODE = 16;
    private static final int TIME = Long.BYTES;
    private static final int CONNECTION_ID = 20;
    private static final long VALID_NANOS = 10_000_000_000L;

    private final Environment environment;
    private final Mac mac;

    RetryTokens(Environment environment) {
        this.environment = environment;
        byte[] key = new byte[32];
        environment.secureRandom(key);
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("the JDK has no HMAC with SHA-256", impossible);
        }
    }

    /** A token for a client that chose this connection id first. */
    byte[] make(ByteBuffer connectionId, InetSocketAddress address) {
        byte[] id = new byte[connectionId.remaining()];
        connectionId.get(connectionId.position(), id);
        long now = environment.nanoTime();
        return ByteBuffer.allocate(CODE + TIME + id.length)
                .put(code(now, id, address))
                .putLong(now)
                .put(id)
                .array();
    }

    /** Nobody is asked for a token by the codec: it takes a foreign token for an attack, and says nothing. */
    @Override
    public boolean writeToken(ByteBuf out, ByteBuf connectionId, InetSocketAddress address) {
        return false;
    }

    @Override
    public int validateToken(ByteBuf token, InetSocketAddress address) {
        byte[] bytes = new byte[token.readableBytes()];
        token.getBytes(token.readerIndex(), bytes);
        return isValid(bytes, address) ? CODE + TIME : -1;
    }

    /** Whether a token was made here for this address a short time ago; those of other servers are as none. */
    boolean isValid(byte[] token, InetSocketAddress address) {
        if (token.length <= CODE + TIME || token.length > maxTokenLength()) {
            return false;
        }
        long made = ByteBuffer.wrap(token, CODE, TIME).getLong();
        byte[] id = Arrays.copyOfRange(token, CODE + TIME, token.length);
        long age = environment.nanoTime() - made;
        return MessageDigest.isEqual(code(made, id, address), Arrays.copyOf(token, CODE))
                && age >= 0
                && age <= VALID_NANOS;
    }

    private byte[] code(long time, byte[] connectionId, InetSocketAddress address) {
        mac.update(ByteBuffer.allocate(TIME + Short.BYTES)
                .putLong(time)
                .putShort((short) address.getPort())
                .flip());
        mac.update(address.getAddress().getAddress());
        return Arrays.copyOf(mac.doFinal(connectionId), CODE);
    }

    @Override
    public int maxTokenLength() {
        return CODE + TIME + CONNECTION_ID;
    }
}
