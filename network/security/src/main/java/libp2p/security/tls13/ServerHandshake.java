package libp2p.security.tls13;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import libp2p.core.environment.Environment;
import libp2p.security.tls13.HandshakeOutput.Level;
import org.jspecify.annotations.Nullable;

/** The side that answers, and asks for a certificate. */
public final class ServerHandshake extends Handshake {
    private enum Step {
        CLIENT_HELLO,
        SECOND_CLIENT_HELLO,
        CERTIFICATE,
        CERTIFICATE_VERIFY,
        FINISHED,
        DONE
    }

    private final Function<String, Credentials> byProtocol;
    private final List<String> protocols;
    private Step step = Step.CLIENT_HELLO;
    private @Nullable ClientHello retried;
    private int wanted;
    private @Nullable CipherSuite suite;
    private KeySchedule.@Nullable Secrets handshakeSecrets;
    private KeySchedule.@Nullable Secrets applicationSecrets;

    /**
     * @param protocols application protocols that are spoken here; of those the client's first is taken
     * @param environment randomness
     */
    public ServerHandshake(
            Credentials credentials, List<String> protocols, Environment environment, HandshakeOutput output) {
        this(credentials, protocol -> credentials, protocols, environment, output);
    }

    /**
     * @param byProtocol the credentials for an application protocol that was agreed
     * @param protocols application protocols that are spoken here; of those the client's first is taken
     * @param environment randomness
     */
    public ServerHandshake(
            Function<String, Credentials> byProtocol,
            List<String> protocols,
            Environment environment,
            HandshakeOutput output) {
        this(byProtocol.apply(protocols.getFirst()), byProtocol, protocols, environment, output);
    }

    private ServerHandshake(
            Credentials credentials,
            Function<String, Credentials> byProtocol,
            List<String> protocols,
            Environment environment,
            HandshakeOutput output) {
        super(credentials, environment, output);
        this.byProtocol = byProtocol;
        this.protocols = List.copyOf(protocols);
    }

    @Override
    public void start() {}

    @Override
    public void receive(byte[] message) throws IOException {
        if (HandshakeType.of(message) != expectedType()) {
            throw unexpected(message);
        }
        WireReader body = HandshakeType.body(message);
        switch (step) {
            case CLIENT_HELLO, SECOND_CLIENT_HELLO -> {
                receiveHello(message);
                return;
            }
            case CERTIFICATE -> {
                receiveCertificate(body);
                step = Step.CERTIFICATE_VERIFY;
            }
            case CERTIFICATE_VERIFY -> {
                receiveCertificateVerify(body, false);
                step = Step.FINISHED;
            }
            default -> {
                receiveFinished(body, required(handshakeSecrets).client());
                step = Step.DONE;
                output.receiveUnder(
                        Level.APPLICATION,
                        required(suite),
                        required(applicationSecrets).client());
                complete = true;
                transcript.forget();
                return;
            }
        }
        transcript.add(message);
    }

    private int expectedType() {
        return switch (step) {
            case CLIENT_HELLO, SECOND_CLIENT_HELLO -> HandshakeType.CLIENT_HELLO;
            case CERTIFICATE -> HandshakeType.CERTIFICATE;
            case CERTIFICATE_VERIFY -> HandshakeType.CERTIFICATE_VERIFY;
            case FINISHED -> HandshakeType.FINISHED;
            case DONE -> -1;
        };
    }

    private void receiveHello(byte[] message) throws TlsException {
        ClientHello hello = ClientHello.decode(message);
        clientRandom = hello.random();
        CipherSuite chosen = hello.commonSuite();
        requireNumber(hello, Extensions.SIGNATURE_ALGORITHMS, SignatureSchemes.ECDSA_P256_SHA256, "ECDSA over P-256");
        Offer offer = offer(hello);
        if (isQuic() && hello.sessionId().length > 0) { // RFC 9001, section 8.4
            throw new TlsException(Alert.ILLEGAL_PARAMETER, "a session id, which QUIC has no use for");
        }
        ClientHello first = retried;
        if (first != null && (offer.share() == null || offer.group() != wanted || !hello.repeats(first))) {
            throw new TlsException(Alert.ILLEGAL_PARAMETER, "the second ClientHello does not follow from the first");
        }
        transcript.add(message);
        if (offer.share() == null) {
            retry(hello, chosen, offer.group());
        } else {
            chooseProtocol(hello);
            receiveTransportParameters(hello.extensions());
            String agreed = protocol;
            if (agreed != null) {
                credentials = byProtocol.apply(agreed);
            }
            answer(hello, chosen, offer.group(), offer.share());
        }
    }

    /** @param share of the group, or null if the client has sent none of it */
    private record Offer(int group, byte @Nullable [] share) {}

    /** The best group of which the client has sent a share, else the best that it knows. */
    private static Offer offer(ClientHello hello) throws TlsException {
        Offer known = null;
        for (int group : KeyExchange.GROUPS) {
            WireReader groups = hello.extensions().require(Extensions.SUPPORTED_GROUPS, "supported_groups");
            if (Extensions.contains(groups, 2, group)) {
                Offer offer = new Offer(group, keyShare(hello, group));
                if (offer.share() != null) {
                    return offer;
                }
                known = known == null ? offer : known;
            }
        }
        if (known == null) {
            throw new TlsException(Alert.HANDSHAKE_FAILURE, "the remote peer offers neither X25519 nor P-256");
        }
        return known;
    }

    private static void requireNumber(ClientHello hello, int extension, int number, String name) throws TlsException {
        if (!Extensions.contains(hello.extensions().require(extension, name), 2, number)) {
            throw new TlsException(Alert.HANDSHAKE_FAILURE, "the remote peer does not offer " + name);
        }
    }

    /** The client's share of a group, or null if it has sent others only. */
    private static byte @Nullable [] keyShare(ClientHello hello, int wanted) throws TlsException {
        WireReader in = hello.extensions().require(Extensions.KEY_SHARE, "key_share");
        WireReader list = in.vector(2);
        in.expectEnd();
        byte[] found = null;
        while (list.hasRemaining()) {
            int group = list.uint16();
            byte[] share = list.vector(2).rest();
            if (group == wanted) {
                if (found != null) {
                    throw new TlsException(Alert.ILLEGAL_PARAMETER, "malformed key shares");
                }
                found = share;
            }
        }
        return found;
    }

    private void retry(ClientHello hello, CipherSuite chosen, int group) {
        retried = hello;
        wanted = group;
        step = Step.SECOND_CLIENT_HELLO;
        transcript.collapse();
        byte[] retry = ServerHello.retry(hello.sessionId(), chosen, group).encode();
        transcript.add(retry);
        output.send(retry);
    }

    private void chooseProtocol(ClientHello hello) throws TlsException {
        byte[] value = hello.extensions().get(Extensions.APPLICATION_PROTOCOLS);
        if (value == null) {
            return;
        }
        for (String offered : Extensions.protocols(value)) {
            if (protocols.contains(offered)) {
                protocol = offered;
                return;
            }
        }
        throw new TlsException(Alert.NO_APPLICATION_PROTOCOL, "no application protocol in common");
    }

    private void answer(ClientHello hello, CipherSuite chosen, int group, byte[] remoteShare) throws TlsException {
        suite = chosen;
        KeyExchange exchange = KeyExchange.create(group, environment);
        byte[] share =
                new WireWriter().uint16(group).vector(2, exchange.share()).toByteArray();
        Extensions extensions = new Extensions()
                .put(Extensions.SUPPORTED_VERSIONS, ServerHello.version())
                .put(Extensions.KEY_SHARE, share);
        byte[] answer =
                new ServerHello(random(ClientHello.RANDOM), hello.sessionId(), chosen.code(), extensions).encode();
        transcript.add(answer);
        output.send(answer);
        KeySchedule.Secrets secrets = schedule.handshake(exchange.agree(remoteShare), transcript.hash());
        handshakeSecrets = secrets;
        output.receiveUnder(Level.HANDSHAKE, chosen, secrets.client());
        output.sendUnder(Level.HANDSHAKE, chosen, secrets.server());
        sendFlight(chosen, secrets);
        step = credentials.mutual() ? Step.CERTIFICATE : Step.FINISHED;
    }

    private void sendFlight(CipherSuite chosen, KeySchedule.Secrets secrets) {
        Extensions encrypted = new Extensions();
        if (protocol != null) {
            encrypted.put(Extensions.APPLICATION_PROTOCOLS, Extensions.protocols(List.of(protocol)));
        }
        putTransportParameters(encrypted);
        WireWriter extensions = new WireWriter();
        encrypted.write(extensions);
        send(HandshakeType.ENCRYPTED_EXTENSIONS, extensions.toByteArray());
        if (credentials.mutual()) {
            WireWriter request = new WireWriter().vector(1, new byte[0]);
            new Extensions()
                    .put(Extensions.SIGNATURE_ALGORITHMS, SignatureSchemes.offered())
                    .write(request);
            send(HandshakeType.CERTIFICATE_REQUEST, request.toByteArray());
        }
        authenticate(true);
        finish(secrets.server());
        KeySchedule.Secrets application = schedule.application(transcript.hash());
        applicationSecrets = application;
        output.sendUnder(Level.APPLICATION, chosen, application.server());
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("not agreed yet");
        }
        return value;
    }
}
