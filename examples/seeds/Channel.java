import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.MessageDigest;
import libp2p.application.channel.SecureChannel;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageStream;

/**
 * Seed 004, "Encrypted Communication Channels": messages are encrypted once more, under keys of the application. A program
 * has to agree on a new secret for every channel; here both ends take it from a word and two numbers that they tell each
 * other first.
 */
final class Channel implements SeedProgram {
    private static final String PROTOCOL = "/secure-channel/1.0.0";
    private static final int LONGEST = 4096;
    private static final String WORD = "a word that both ends know";

    @Override
    public void listen(Host host, SeedOptions options, SeedOutput out) {
        host.handle(PROTOCOL, stream -> {
            MessageStream<byte[], byte[]> messages = messages(stream);
            byte[] secret = secret(host, messages, false);
            try (SecureChannel channel = SecureChannel.listener(secret)) {
                byte[] text = channel.decrypt(messages.receive());
                out.result(new String(text, UTF_8));
                messages.send(channel.encrypt(("Secret: " + new String(text, UTF_8)).getBytes(UTF_8)));
            }
        });
    }

    @Override
    public void dial(Host host, PeerAddress peer, SeedOptions options, SeedOutput out) throws Exception {
        out.result(host.open(peer, PROTOCOL, stream -> {
            MessageStream<byte[], byte[]> messages = messages(stream);
            try (SecureChannel channel = SecureChannel.dialer(secret(host, messages, true))) {
                messages.send(channel.encrypt(options.text("Hello, channel!").getBytes(UTF_8)));
                return new String(channel.decrypt(messages.receive()), UTF_8);
            }
        }));
    }

    private static MessageStream<byte[], byte[]> messages(libp2p.core.connection.Stream stream) {
        return new MessageStream<>(stream, MessageCodec.BYTES, MessageCodec.BYTES, LONGEST);
    }

    private static byte[] secret(Host host, MessageStream<byte[], byte[]> messages, boolean dials) throws Exception {
        byte[] own = new byte[32];
        host.environment().secureRandom(own);
        messages.send(own);
        byte[] other = messages.receive();
        if (other.length != own.length) {
            throw new IOException("a number of " + other.length + " bytes");
        }
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(WORD.getBytes(UTF_8));
        digest.update(dials ? own : other);
        return digest.digest(dials ? other : own);
    }
}
