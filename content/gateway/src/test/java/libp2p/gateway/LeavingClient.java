package libp2p.gateway;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import libp2p.http.RequestContext;

/** A client of an address, which leaves when its test says so. Used by one thread at a time. */
public record LeavingClient(InetAddress address, List<Runnable> actions) implements RequestContext {
    /** @param address an IP address as text */
    public static LeavingClient at(String address) {
        return new LeavingClient(InetAddress.ofLiteral(address), new ArrayList<>());
    }

    @Override
    public void check() {}

    @Override
    public void whenLeft(Runnable action) {
        actions.add(action);
    }

    /** The client has gone. */
    public void leave() {
        actions.forEach(Runnable::run);
    }
}
