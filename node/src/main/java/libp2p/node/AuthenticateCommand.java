package libp2p.node;

import java.util.List;
import libp2p.HostBuilder;
import libp2p.auth.challenge.ChallengeAuthentication;
import libp2p.auth.challenge.ChallengeAuthentication.Result;
import libp2p.auth.challenge.IdentityProofs;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.node.host.Exit;
import libp2p.node.host.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code p2p debug authenticate}: a check for tests. */
@Command(
        name = "authenticate",
        description =
                "Signs the challenge of a peer (/auth/1.0.0) and prints what it says: do so with peers that you trust."
                        + " With --proof: asks the peer for a proof of its identity instead (/auth/2.0.0).",
        mixinStandardHelpOptions = true)
final class AuthenticateCommand extends DialCommand {
    @Option(names = "--proof", description = "Have the peer prove its identity, rather than this host.")
    private boolean proof;

    private final ChallengeAuthentication challenge = new ChallengeAuthentication();
    private final IdentityProofs proofs = new IdentityProofs();
    private int exit = Exit.DONE;

    @Override
    void prepare(HostBuilder builder) {
        builder.with(challenge, proofs);
    }

    /** Lets a listener of the tests challenge the peers that it trusts, and prove who it is. */
    static void serve(HostBuilder builder, List<String> trusted) {
        ChallengeAuthentication served = new ChallengeAuthentication();
        trusted.forEach(peer -> served.trust(PeerId.parse(peer)));
        builder.with(served, new IdentityProofs());
    }

    @Override
    void run(Host host, PeerAddress peer, Output output) throws Exception {
        if (proof) {
            Connection connection = host.connect(peer);
            proofs.ask(connection);
            output.event(
                    "proof",
                    "proven: " + connection.remotePeer(),
                    "peer",
                    connection.remotePeer(),
                    "key",
                    connection.remoteKey().type());
            return;
        }
        PeerId connected = host.connect(peer).remotePeer();
        challenge.signFor(connected);
        Result result = challenge.authenticate(PeerAddress.of(connected));
        output.event("authentication", result.toString(), "peer", connected, "result", result);
        exit = result == Result.AUTHENTICATED ? Exit.DONE : Exit.REFUSED;
    }

    @Override
    int result() {
        return exit;
    }
}
