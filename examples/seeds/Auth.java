import java.io.IOException;
import libp2p.HostBuilder;
import libp2p.auth.challenge.ChallengeAuthentication;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;

/** Seed 004, "Authentication and Authorization": the peers of {@code --trust} are challenged, the others get no byte. */
final class Auth implements SeedProgram {
    private final ChallengeAuthentication authentication = new ChallengeAuthentication();

    @Override
    public void prepare(HostBuilder host, SeedOptions options) {
        options.trusted.forEach(authentication::trust);
        host.with(authentication);
    }

    @Override
    public void listen(Host host, SeedOptions options, SeedOutput out) {
        // the service challenges
    }

    /** Signs what the peer has chosen: only for the one that the user has named. */
    @Override
    public void dial(Host host, PeerAddress peer, SeedOptions options, SeedOutput out) throws IOException {
        PeerId id = peer.peer();
        authentication.signFor(id);
        switch (authentication.authenticate(peer)) {
            case AUTHENTICATED -> out.result("AUTH_SUCCESS");
            case FAILED -> throw new IOException("AUTH_FAILED");
            case NOT_TRUSTED -> throw new IOException("the peer does not trust this one");
        }
    }
}
