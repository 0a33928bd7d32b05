package libp2p.http;

import java.io.IOException;
import java.net.InetAddress;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/** A context of which more is known than its transport can tell. */
record ChangedContext(RequestContext original, @Nullable PeerId peer, boolean isSecure) implements RequestContext {
    @Override
    public void check() throws IOException {
        original.check();
    }

    @Override
    public void whenLeft(Runnable action) {
        original.whenLeft(action);
    }

    @Override
    public @Nullable InetAddress address() {
        return original.address();
    }
}
