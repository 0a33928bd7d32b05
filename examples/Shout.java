import java.nio.charset.StandardCharsets;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;

void main() throws Exception {
    try (Host server = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start();
            Host client = Libp2p.host().start()) {
        server.handle("/shout/1.0.0", stream -> {
            String text = new String(stream.input().readAllBytes(), StandardCharsets.UTF_8);
            stream.write(text.toUpperCase().getBytes(StandardCharsets.UTF_8));
        });
        String answer = client.open(PeerAddress.of(server.peerId(), server.addresses()), "/shout/1.0.0", stream -> {
            stream.write("hello".getBytes(StandardCharsets.UTF_8));
            stream.closeWrite();
            return new String(stream.input().readAllBytes(), StandardCharsets.UTF_8);
        });
        System.out.println(answer); // HELLO
    }
}
