package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.UdpSocket;
import libp2p.core.identity.Identity;
import libp2p.quic.endpoint.Tracers;
import libp2p.quic.protect.HostKeys;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.system.SystemEnvironment;

/** A port of QUIC on a socket that counts how often it is closed, and to which nothing comes. Thread-safe. */
final class CountingPort implements UdpSocket {
    private static final InetSocketAddress LOCAL = new InetSocketAddress(4001);
    private static final Libp2pCertificate CERTIFICATE =
            Libp2pCertificate.create(Identity.generate(SystemEnvironment.shared()), SystemEnvironment.shared());
    private static final HostKeys KEYS = new HostKeys(new byte[32]);

    private final AtomicInteger closed = new AtomicInteger();
    private final QuicPort port;

    CountingPort() {
        try {
            port = QuicPort.open(SystemEnvironment.shared(), CERTIFICATE, QuicLimits.DEFAULT, KEYS, this, Tracers.NONE);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    QuicPort port() {
        return port;
    }

    /** How often its socket was closed. */
    int closed() {
        return closed.get();
    }

    @Override
    public InetSocketAddress localAddress() {
        return LOCAL;
    }

    @Override
    public InetSocketAddress receive(ByteBuffer target) {
        throw new UnsupportedOperationException("only with events");
    }

    @Override
    public void send(ByteBuffer source, InetSocketAddress target) {
        throw new UnsupportedOperationException("only with events");
    }

    @Override
    public boolean onReadable(ReadHandler handler) {
        return true;
    }

    @Override
    public void close() {
        closed.incrementAndGet();
    }
}
