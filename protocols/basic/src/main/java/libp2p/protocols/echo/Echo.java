package libp2p.protocols.echo;

import java.io.IOException;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.Registration;

/** Serves {@code /echo/1.0.0}. */
public final class Echo implements HostService {
    /** Protocol id. */
    public static final String PROTOCOL = "/echo/1.0.0";

    private volatile EchoLimits limits;
    private volatile Registration registration = () -> {};

    /** With the default limits. */
    public Echo() {
        this(EchoLimits.DEFAULT);
    }

    /** @param limits of the protocol */
    public Echo(EchoLimits limits) {
        this.limits = limits;
    }

    @Override
    public void start(Host host) {
        limits = host.limits(limits);
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
