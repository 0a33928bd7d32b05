package libp2p.security.tls13;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.crypto.ConstantTime;
import org.jspecify.annotations.Nullable;

/**
 * One side of a TLS 1.3 handshake (RFC 8446) as libp2p has it: both sides show a certificate, X25519 or P-256, no
 * resumption, no early data. A state machine without I/O: messages come in by {@link #receive}, whole and decrypted,
 * and everything goes out by {@link HandshakeOutput}. One thread at a time; nothing blocks. After an exception it is of
 * no use.
 */
public abstract sealed class Handshake permits ClientHandshake, ServerHandshake {
    private static final int MAX_CERTIFICATES = 2;
    private static final int SIGNED_PADDING = 64;

    Credentials credentials;
    final Environment environment;
    final HandshakeOutput output;
    final Transcript transcript = new Transcript();
    final KeySchedule schedule = new KeySchedule();
    private byte @Nullable [] remoteKeyInfo;
    private byte @Nullable [] transportParameters;
    private byte @Nullable [] remoteTransportParameters;

    byte @Nullable [] clientRandom;

    @Nullable
    String protocol;

    boolean complete;

    Handshake(Credentials credentials, Environment environment, HandshakeOutput output) {
        this.credentials = credentials;
        this.environment = environment;
        this.output = output;
    }

    /**
     * Makes this the handshake of a QUIC connection (RFC 9001, section 8): both sides must send transport parameters
     * and agree on an application protocol. Called before {@link #start}, or by a server before it receives anything.
     *
     * @param encoded of this side
     */
    public final void transportParameters(byte[] encoded) {
        transportParameters = encoded.clone();
    }

    /**
     * The transport parameters of the remote as it has sent them, from its first message with extensions on; else null.
     */
    public final byte @Nullable [] remoteTransportParameters() {
        byte[] value = remoteTransportParameters;
        return value == null ? null : value.clone();
    }

    final boolean isQuic() {
        return transportParameters != null;
    }

    final void putTransportParameters(Extensions extensions) {
        byte[] value = transportParameters;
        if (value != null) {
            extensions.put(Extensions.QUIC_TRANSPORT_PARAMETERS, value);
        }
    }

    /** QUIC wants transport parameters and an application protocol (RFC 9001, sections 8.1 and 8.2). */
    final void receiveTransportParameters(Extensions extensions) throws TlsException {
        if (!isQuic()) {
            return;
        }
        byte[] value = extensions.get(Extensions.QUIC_TRANSPORT_PARAMETERS);
        if (value == null) {
            throw new TlsException(Alert.MISSING_EXTENSION, "no extension quic_transport_parameters");
        }
        if (protocol == null) {
            throw new TlsException(Alert.NO_APPLICATION_PROTOCOL, "no application protocol was agreed");
        }
        remoteTransportParameters = value;
    }

    /** Sends what comes before anything is received. */
    public abstract void start();

    /**
     * Takes a message with its header.
     *
     * @throws TlsException if it is malformed, or not to be sent now
     * @throws IOException of {@link Credentials#verify}
     */
    public abstract void receive(byte[] message) throws IOException;

    /** Whether both sides have finished, and neither will send handshake messages under the handshake's keys. */
    public final boolean isComplete() {
        return complete;
    }

    /** The random bytes of the ClientHello, which name this handshake in logs of keys; null before there is one. */
    public final byte @Nullable [] clientRandom() {
        byte[] value = clientRandom;
        return value == null ? null : value.clone();
    }

    /** The application protocol that was agreed, or null. */
    public final @Nullable String protocol() {
        return protocol;
    }

    final byte[] random(int length) {
        byte[] random = new byte[length];
        environment.secureRandom(random);
        return random;
    }

    final void send(int type, byte[] body) {
        byte[] message = HandshakeType.message(type, body);
        transcript.add(message);
        output.send(message);
    }

    /** Sends this side's certificate and the proof that it has the key; only the empty list if it has none. */
    final void authenticate(boolean server) {
        byte[] certificate = credentials.certificate();
        send(
                HandshakeType.CERTIFICATE,
                new WireWriter()
                        .vector(1, new byte[0])
                        .vector(3, list -> {
                            if (certificate.length > 0) {
                                list.vector(3, certificate).uint16(0);
                            }
                        })
                        .toByteArray());
        if (certificate.length > 0) {
            send(
                    HandshakeType.CERTIFICATE_VERIFY,
                    new WireWriter()
                            .uint16(SignatureSchemes.ECDSA_P256_SHA256)
                            .vector(2, credentials.sign(signedContent(server, transcript.hash())))
                            .toByteArray());
        }
    }

    final void finish(byte[] trafficSecret) {
        send(HandshakeType.FINISHED, KeySchedule.finished(trafficSecret, transcript.hash()));
    }

    final void receiveCertificate(WireReader in) throws IOException {
        if (in.vector(1).hasRemaining()) {
            throw new TlsException(Alert.ILLEGAL_PARAMETER, "a certificate that answers another request");
        }
        WireReader list = in.vector(3);
        in.expectEnd();
        List<byte[]> chain = new ArrayList<>();
        while (list.hasRemaining()) {
            if (chain.size() == MAX_CERTIFICATES) {
                throw new TlsException(Alert.BAD_CERTIFICATE, "more than " + MAX_CERTIFICATES + " certificates");
            }
            chain.add(list.vector(3).rest());
            Extensions.read(list);
        }
        if (chain.isEmpty()) {
            throw new TlsException(Alert.CERTIFICATE_REQUIRED, "the remote peer presented no certificate");
        }
        remoteKeyInfo = credentials.verify(chain);
    }

    final void receiveCertificateVerify(WireReader in, boolean server) throws TlsException {
        int scheme = in.uint16();
        byte[] signature = in.vector(2).rest();
        in.expectEnd();
        byte[] keyInfo = remoteKeyInfo;
        if (keyInfo == null) {
            throw new IllegalStateException("no certificate was received");
        }
        SignatureSchemes.verify(scheme, keyInfo, signedContent(server, transcript.hash()), signature);
    }

    final void receiveFinished(WireReader in, byte[] trafficSecret) throws TlsException {
        if (!ConstantTime.equal(in.rest(), KeySchedule.finished(trafficSecret, transcript.hash()))) {
            throw new TlsException(Alert.DECRYPT_ERROR, "Finished does not match the handshake");
        }
    }

    /** Section 4.4.3. */
    private static byte[] signedContent(boolean server, byte[] transcriptHash) {
        byte[] padding = new byte[SIGNED_PADDING];
        Arrays.fill(padding, (byte) ' ');
        String context = "TLS 1.3, " + (server ? "server" : "client") + " CertificateVerify";
        return new WireWriter()
                .bytes(padding)
                .bytes(context.getBytes(StandardCharsets.US_ASCII))
                .uint8(0)
                .bytes(transcriptHash)
                .toByteArray();
    }

    static TlsException unexpected(byte[] message) {
        return new TlsException(
                Alert.UNEXPECTED_MESSAGE,
                "a handshake message of type " + HandshakeType.of(message) + " comes too soon or too late");
    }
}
