import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.auth.AccessRules;
import libp2p.auth.Effect;
import libp2p.auth.Rule;
import libp2p.auth.challenge.ChallengeAuthentication;
import libp2p.auth.challenge.IdentityProofs;
import libp2p.core.connection.StreamResetException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;

/** A protocol for peers that prove who they are when they open it, and the challenge of the seed beside it. */
void main() throws Exception {
    IdentityProofs proofs = new IdentityProofs();
    AccessRules rules = new AccessRules(Effect.ALLOW)
            .add(Rule.allow("/vault/1.0.0").inbound().forSubject(proofs.proven()))
            .add(Rule.deny("/vault/1.0.0").inbound());
    ChallengeAuthentication verifier = new ChallengeAuthentication();
    ChallengeAuthentication prover = new ChallengeAuthentication();
    HostBuilder builder =
            Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").authorizer(rules).with(proofs, verifier);
    try (Host server = builder.start();
            Host stranger = Libp2p.host().start();
            Host client = Libp2p.host().with(new IdentityProofs(), prover).start()) {
        server.handle("/vault/1.0.0", stream -> stream.write("gold".getBytes(UTF_8)));
        PeerAddress address = PeerAddress.of(server.peerId(), server.addresses());
        System.out.println("a stranger gets " + ask(stranger, address));
        System.out.println("a peer that proves who it is gets " + ask(client, address));

        verifier.trust(client.peerId());
        prover.signFor(server.peerId()); // the server chooses what is signed
        System.out.println("the challenge ends with " + prover.authenticate(address));
    }
}

static String ask(Host client, PeerAddress address) throws IOException {
    try {
        return client.open(address, "/vault/1.0.0", stream -> {
            stream.closeWrite();
            return new String(stream.input().readNBytes(64), UTF_8);
        });
    } catch (StreamResetException refused) {
        return "nothing";
    }
}
