import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.IntStream;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageExchange;

/** Numbers as four bytes each; other lengths are refused. */
static final MessageCodec<int[]> NUMBERS = MessageCodec.of(
        numbers -> {
            ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length);
            bytes.asIntBuffer().put(numbers);
            return bytes.array();
        },
        bytes -> {
            if (bytes.length % 4 != 0) {
                throw new IOException("numbers have four bytes each, not " + bytes.length + " together");
            }
            int[] numbers = new int[bytes.length / 4];
            ByteBuffer.wrap(bytes).asIntBuffer().get(numbers);
            return numbers;
        });

/** A protocol that adds numbers. */
void main() throws Exception {
    MessageExchange<int[], int[]> sum = MessageExchange.of("/sum/1.0.0", NUMBERS, NUMBERS)
            .withLimit(4096)
            .withTimeout(Duration.ofSeconds(5));
    try (Host server = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start();
            Host client = Libp2p.host().start()) {
        sum.serve(server, (peer, numbers) -> new int[] {IntStream.of(numbers).sum()});
        int[] answer = sum.ask(client, PeerAddress.of(server.peerId(), server.addresses()), new int[] {1, 2, 3});
        System.out.println("1 + 2 + 3 = " + answer[0]);
    }
}
