package libp2p.security.tls13;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.security.tls13.HandshakeOutput.Level;
import org.jspecify.annotations.Nullable;

/** The side that speaks first. */
public final class ClientHandshake extends Handshake {
    private enum Step {
        SERVER_HELLO,
        ENCRYPTED_EXTENSIONS,
        CERTIFICATE_REQUEST,
        CERTIFICATE,
        CERTIFICATE_VERIFY,
        FINISHED,
        DONE
    }

    private final List<String> protocols;
    private KeyExchange exchange;
    private @Nullable ClientHello first;
    private @Nullable CipherSuite retried;
    private Step step = Step.SERVER_HELLO;
    private boolean asked;
    private @Nullable CipherSuite suite;
    private KeySchedule.@Nullable Secrets handshakeSecrets;

    /**
     * @param protocols application protocols, best first
     * @param environment randomness
     */
    public ClientHandshake(
            Credentials credentials, List<String> protocols, Environment environment, HandshakeOutput output) {
        super(credentials, environment, output);
        this.protocols = List.copyOf(protocols);
        exchange = KeyExchange.create(Extensions.X25519, environment);
    }

    @Override
    public void start() {
        Extensions extensions = new Extensions()
                .put(Extensions.SUPPORTED_VERSIONS, Extensions.numbers(1, Extensions.TLS_1_3))
                .put(Extensions.SUPPORTED_GROUPS, Extensions.numbers(2, KeyExchange.GROUPS))
                .put(Extensions.KEY_SHARE, shares())
                .put(Extensions.SIGNATURE_ALGORITHMS, SignatureSchemes.offered())
                .put(Extensions.APPLICATION_PROTOCOLS, Extensions.protocols(protocols));
        putTransportParameters(extensions);
        WireWriter suites = new WireWriter();
        for (CipherSuite offered : CipherSuite.values()) {
            suites.uint16(offered.code());
        }
        ClientHello hello = new ClientHello(random(ClientHello.RANDOM), new byte[0], suites.toByteArray(), extensions);
        first = hello;
        clientRandom = hello.random();
        send(hello);
    }

    private void send(ClientHello hello) {
        byte[] message = hello.encode();
        transcript.add(message);
        output.send(message);
    }

    private byte[] shares() {
        return new WireWriter()
                .vector(2, list -> list.uint16(exchange.group()).vector(2, exchange.share()))
                .toByteArray();
    }

    /** The server has sent a HelloRetryRequest: once, for the other group (RFC 8446, 4.1.4). */
    private void retry(ServerHello request, byte[] message) throws TlsException {
        ClientHello hello = first;
        if (retried != null || hello == null) {
            throw new TlsException(Alert.UNEXPECTED_MESSAGE, "the remote peer asks for a key share twice");
        }
        WireReader share = request.extensions().require(Extensions.KEY_SHARE, "key_share");
        int group = share.uint16();
        share.expectEnd();
        if (group != Extensions.P256) {
            throw new TlsException(
                    Alert.ILLEGAL_PARAMETER, "the remote peer wants another key share than those of X25519 and P-256");
        }
        onlyThese(request.extensions(), Extensions.SUPPORTED_VERSIONS, Extensions.KEY_SHARE, Extensions.COOKIE);
        retried = chosen(request);
        exchange = KeyExchange.create(group, environment);
        hello.extensions().put(Extensions.KEY_SHARE, shares());
        byte[] cookie = request.extensions().get(Extensions.COOKIE);
        if (cookie != null) {
            hello.extensions().put(Extensions.COOKIE, cookie);
        }
        transcript.collapse();
        transcript.add(message);
        send(hello);
    }

    private static CipherSuite chosen(ServerHello hello) throws TlsException {
        WireReader version = hello.extensions().require(Extensions.SUPPORTED_VERSIONS, "supported_versions");
        if (version.uint16() != Extensions.TLS_1_3 || version.hasRemaining()) {
            throw new TlsException(Alert.ILLEGAL_PARAMETER, "a version was chosen that was not offered");
        }
        CipherSuite chosen = CipherSuite.of(hello.suite());
        if (chosen == null || hello.sessionId().length > 0) {
            throw new TlsException(
                    Alert.ILLEGAL_PARAMETER, "a cipher suite or session was chosen that was not offered");
        }
        return chosen;
    }

    @Override
    public void receive(byte[] message) throws IOException {
        int type = HandshakeType.of(message);
        WireReader body = HandshakeType.body(message);
        if (step == Step.DONE && type == HandshakeType.NEW_SESSION_TICKET && isQuic()) {
            return; // nothing is ever resumed
        }
        if (step == Step.CERTIFICATE_REQUEST && type == HandshakeType.CERTIFICATE && !credentials.mutual()) {
            step = Step.CERTIFICATE;
        }
        if (type != expectedType()) {
            throw unexpected(message);
        }
        switch (step) {
            case SERVER_HELLO -> {
                ServerHello hello = ServerHello.decode(message);
                if (hello.isRetry()) {
                    retry(hello, message);
                    return;
                }
                receiveHello(hello, message);
            }
            case ENCRYPTED_EXTENSIONS -> receiveExtensions(body);
            case CERTIFICATE_REQUEST -> receiveRequest(body);
            case CERTIFICATE -> receiveCertificate(body);
            case CERTIFICATE_VERIFY -> receiveCertificateVerify(body, true);
            default -> receiveFinished(body, secrets().server());
        }
        if (step != Step.SERVER_HELLO) { // which has added itself, before its keys were derived
            transcript.add(message);
        }
        boolean last = step == Step.FINISHED;
        step = Step.values()[step.ordinal() + 1];
        if (last) {
            finish();
        }
    }

    private int expectedType() {
        return switch (step) {
            case SERVER_HELLO -> HandshakeType.SERVER_HELLO;
            case ENCRYPTED_EXTENSIONS -> HandshakeType.ENCRYPTED_EXTENSIONS;
            case CERTIFICATE_REQUEST -> HandshakeType.CERTIFICATE_REQUEST;
            case CERTIFICATE -> HandshakeType.CERTIFICATE;
            case CERTIFICATE_VERIFY -> HandshakeType.CERTIFICATE_VERIFY;
            case FINISHED -> HandshakeType.FINISHED;
            case DONE -> -1;
        };
    }

    private void receiveHello(ServerHello hello, byte[] message) throws TlsException {
        CipherSuite chosen = chosen(hello);
        if (retried != null && retried != chosen) {
            throw new TlsException(Alert.ILLEGAL_PARAMETER, "another cipher suite was chosen than before");
        }
        WireReader share = hello.extensions().require(Extensions.KEY_SHARE, "key_share");
        int group = share.uint16();
        byte[] remoteShare = share.vector(2).rest();
        share.expectEnd();
        if (group != exchange.group()) {
            throw new TlsException(Alert.ILLEGAL_PARAMETER, "a key share was chosen that was not offered");
        }
        onlyThese(hello.extensions(), Extensions.SUPPORTED_VERSIONS, Extensions.KEY_SHARE);
        suite = chosen;
        transcript.add(message);
        KeySchedule.Secrets secrets = schedule.handshake(exchange.agree(remoteShare), transcript.hash());
        handshakeSecrets = secrets;
        output.receiveUnder(Level.HANDSHAKE, chosen, secrets.server());
        output.sendUnder(Level.HANDSHAKE, chosen, secrets.client());
    }

    private void receiveExtensions(WireReader in) throws TlsException {
        Extensions extensions = Extensions.read(in);
        in.expectEnd();
        onlyThese(
                extensions,
                Extensions.APPLICATION_PROTOCOLS,
                Extensions.SUPPORTED_GROUPS,
                isQuic() ? Extensions.QUIC_TRANSPORT_PARAMETERS : Extensions.SUPPORTED_GROUPS);
        byte[] value = extensions.get(Extensions.APPLICATION_PROTOCOLS);
        if (value != null) {
            List<String> chosen = Extensions.protocols(value);
            if (chosen.size() != 1 || !protocols.contains(chosen.getFirst())) {
                throw new TlsException(
                        Alert.ILLEGAL_PARAMETER, "an application protocol was chosen that was not offered");
            }
            protocol = chosen.getFirst();
        }
        receiveTransportParameters(extensions);
    }

    private static void onlyThese(Extensions extensions, int... offered) throws TlsException {
        for (int number : extensions.numbers()) {
            if (Arrays.stream(offered).noneMatch(other -> other == number)) {
                throw new TlsException(Alert.UNSUPPORTED_EXTENSION, "extension " + number + " was not offered");
            }
        }
    }

    private void receiveRequest(WireReader in) throws TlsException {
        if (in.vector(1).hasRemaining()) {
            throw new TlsException(
                    Alert.ILLEGAL_PARAMETER,
                    "a CertificateRequest with a context, which is empty during the handshake (RFC 8446, 4.3.2)");
        }
        Extensions extensions = Extensions.read(in);
        in.expectEnd();
        WireReader schemes = extensions.require(Extensions.SIGNATURE_ALGORITHMS, "signature_algorithms");
        if (!Extensions.contains(schemes, 2, SignatureSchemes.ECDSA_P256_SHA256)) {
            throw new TlsException(Alert.HANDSHAKE_FAILURE, "the remote peer does not take ECDSA over P-256");
        }
        asked = true;
    }

    /** The server has finished: this side follows. */
    private void finish() throws TlsException {
        CipherSuite chosen = suite;
        if (chosen == null) {
            throw new IllegalStateException("no cipher suite");
        }
        KeySchedule.Secrets application = schedule.application(transcript.hash());
        if (asked) {
            authenticate(false);
        }
        finish(secrets().client());
        output.receiveUnder(Level.APPLICATION, chosen, application.server());
        output.sendUnder(Level.APPLICATION, chosen, application.client());
        complete = true;
        transcript.forget();
    }

    private KeySchedule.Secrets secrets() {
        KeySchedule.Secrets secrets = handshakeSecrets;
        if (secrets == null) {
            throw new IllegalStateException("no keys yet");
        }
        return secrets;
    }
}
