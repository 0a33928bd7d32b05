package libp2p.protocols.echo;

import java.io.IOException;
import java.time.Duration;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.Registration;

/** Serves {@code /echo/1.0.0}. */
public final class Echo implements HostService {
    /** Protocol id. */
    public static final String PROTOCOL = "/echo/1.0.0";

    /**
     * Bounds of the protocol.
     *
     * @param buffer bytes held per stream
     * @param idle how long a stream may wait for bytes or for room
     */
    public record Limits(int buffer, Duration idle) {
        /** The defaults. */
        public static final Limits DEFAULT = new Limits(16 * 1024, Duration.ofMinutes(1));
    }

    private final Limits limits;
    private volatile Registration registration = () -> {};

    /** With the default limits. */
    public Echo() {
        this(Limits.DEFAULT);
    }

    /** @param limits of the protocol */
    public Echo(Limits limits) {
        this.limits = limits;
    }

    @Override
    public void start(Host host) {
        registration = host.handle(PROTOCOL, this::serve);
    }

    private void serve(Stream stream) throws IOException {
        stream.readTimeout(limits.idle());
        stream.writeTimeout(limits.idle());
        byte[] buffer = new byte[limits.buffer()];
        int count;
        while ((count = stream.read(buffer, 0, buffer.length)) >= 0) {
            stream.write(buffer, 0, count);
        }
        stream.closeWrite();
    }

    @Override
    public void close() {
        registration.close();
    }
}
