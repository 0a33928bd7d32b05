package libp2p.scenarios;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.RawConnection;
import libp2p.core.host.TransportFactory;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.ForwardingRawConnection;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;

/** Counts the reads and writes on connections of a transport that needs no network. */
record CountedUpgrader(Upgrader inner, Steps steps) implements Upgrader {
    /** The same transport, with its connections counted. */
    static TransportFactory count(TransportFactory transport, Steps steps) {
        return context -> transport.create(context.withUpgrader(new CountedUpgrader(context.upgrader(), steps)));
    }

    @Override
    public TransportConnection outbound(String transport, RawConnection raw, DialRequest request) throws IOException {
        return inner.outbound(transport, new Counted(raw, steps), request);
    }

    @Override
    public TransportConnection inbound(String transport, RawConnection raw, ConnectionScope scope) throws IOException {
        return inner.inbound(transport, new Counted(raw, steps), scope);
    }

    private static final class Counted extends ForwardingRawConnection {
        private final Steps steps;

        Counted(RawConnection raw, Steps steps) {
            super(raw);
            this.steps = steps;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            steps.step(raw::close);
            return raw.read(target);
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            steps.step(raw::close);
            raw.write(source);
        }

        @Override
        public void tryWrite(ByteBuffer source) throws IOException {
            steps.step(raw::close);
            raw.tryWrite(source);
        }
    }
}
