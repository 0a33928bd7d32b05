import java.nio.charset.StandardCharsets;
import libp2p.Libp2p;
import libp2p.auth.AccessRules;
import libp2p.auth.Effect;
import libp2p.auth.Rule;
import libp2p.core.connection.StreamResetException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;

/** A protocol that one peer alone may use. */
static String greet(Host visitor, PeerAddress house) throws Exception {
    return visitor.open(house, "/house/1.0.0", stream -> {
        stream.closeWrite();
        return new String(stream.input().readAllBytes(), StandardCharsets.UTF_8);
    });
}

void main() throws Exception {
    try (Host friend = Libp2p.host().start();
            Host stranger = Libp2p.host().start()) {
        AccessRules rules = new AccessRules(Effect.DENY) // what no rule is about
                .add(Rule.allow("/ipfs/*")) // identify and ping
                .add(Rule.allow("/house/*").forPeer(friend.peerId()));
        try (Host host = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").authorizer(rules).start()) {
            host.handle("/house/1.0.0", stream -> stream.write("welcome".getBytes(StandardCharsets.UTF_8)));
            PeerAddress house = PeerAddress.of(host.fullAddresses().getFirst());
            System.out.println("the friend: " + greet(friend, house));
            try {
                System.out.println("the stranger: " + greet(stranger, house));
            } catch (StreamResetException refused) {
                System.out.println("the stranger is refused");
            }
        }
    }
}
