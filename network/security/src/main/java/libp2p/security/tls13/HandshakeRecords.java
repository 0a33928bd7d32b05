package libp2p.security.tls13;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.RawConnection;
import libp2p.security.KeyLog;
import libp2p.security.records.RecordInput;
import org.jspecify.annotations.Nullable;

/**
 * Runs a handshake over records on a raw connection; blocks. It reads record by record, so nothing behind the handshake
 * is touched, and writes each flight at once. On failure the remote is told by an alert. One thread.
 */
public final class HandshakeRecords implements HandshakeOutput {
    private static final int MAX_CHANGE_CIPHER_SPECS = 2;

    private final RawConnection raw;
    private final RecordInput input;
    private final int maxBytes;
    private final KeyLog keys;
    private @Nullable Handshake running;
    private final MessageAssembler assembler;
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private final ByteArrayOutputStream flight = new ByteArrayOutputStream();
    private @Nullable SendingKey sending;
    private @Nullable ReceivingKey receiving;
    private int received;
    private int changeCipherSpecs;

    /**
     * @param maxBytes how many bytes are received at most
     * @param keys takes the secrets
     */
    public HandshakeRecords(RawConnection raw, RecordInput input, int maxBytes, KeyLog keys) {
        this.keys = keys;
        this.raw = raw;
        this.input = input;
        this.maxBytes = maxBytes;
        assembler = new MessageAssembler(maxBytes);
    }

    /** Runs the handshake, which must send to this object, to its end. */
    public void run(Handshake handshake) throws IOException {
        running = handshake;
        try {
            handshake.start();
            while (!handshake.isComplete()) {
                writeFlight();
                receive(handshake);
            }
            if (!assembler.isEmpty()) {
                throw new TlsException(Alert.UNEXPECTED_MESSAGE, "more than Finished");
            }
            writeFlight();
        } catch (RemoteAlertException | EOFException ended) {
            throw ended;
        } catch (TlsException violation) {
            sendAlert(violation.alert());
            throw violation;
        } catch (IOException refusal) {
            sendAlert(Alert.CERTIFICATE_UNKNOWN);
            throw refusal;
        }
    }

    /** The key for what is sent after the handshake; the caller closes it. */
    public SendingKey sendingKey() {
        return required(sending);
    }

    /** The key for what is received after the handshake; the caller closes it. */
    public ReceivingKey receivingKey() {
        return required(receiving);
    }

    private static <T> T required(@Nullable T key) {
        if (key == null) {
            throw new IllegalStateException("the handshake is not complete");
        }
        return key;
    }

    /** Wipes the keys of a handshake that failed. */
    public void abandon() {
        SendingKey ours = sending;
        if (ours != null) {
            ours.close();
        }
        ReceivingKey theirs = receiving;
        if (theirs != null) {
            theirs.close();
        }
    }

    private void receive(Handshake handshake) throws IOException {
        if (!input.next()) {
            throw new EOFException("the stream ends inside the TLS handshake");
        }
        received += input.length();
        if (received > maxBytes) {
            throw new TlsException(
                    Alert.HANDSHAKE_FAILURE, "more than the limit of " + maxBytes + " bytes during the handshake");
        }
        ByteBuffer buffer = input.buffer();
        int start = input.offset() + TlsRecordFormat.HEADER;
        int length = input.length() - TlsRecordFormat.HEADER;
        int type = buffer.get(input.offset()) & 0xff;
        ReceivingKey key = receiving;
        if (type == TlsRecordFormat.APPLICATION_DATA && key != null) {
            length = key.open(buffer, input.offset(), input.length());
            type = key.type();
        } else if (type == TlsRecordFormat.CHANGE_CIPHER_SPEC) {
            ignoreChangeCipherSpec(buffer, start, length);
            return;
        } else if (key != null && type == TlsRecordFormat.HANDSHAKE) {
            throw new TlsException(Alert.UNEXPECTED_MESSAGE, "a handshake record in the clear");
        }
        switch (type) {
            case TlsRecordFormat.HANDSHAKE -> deliver(handshake, buffer, start, length);
            case TlsRecordFormat.ALERT -> throw alert(buffer, start, length);
            default ->
                throw new TlsException(Alert.UNEXPECTED_MESSAGE, "a record of type " + type + " in the handshake");
        }
    }

    private void deliver(Handshake handshake, ByteBuffer buffer, int start, int length) throws IOException {
        assembler.add(buffer, start, length);
        byte[] message;
        while ((message = assembler.poll()) != null) {
            handshake.receive(message);
        }
    }

    /** A relic that some peers send for the sake of middle boxes (RFC 8446, appendix D.4). */
    private void ignoreChangeCipherSpec(ByteBuffer buffer, int start, int length) throws TlsException {
        boolean known = length == 1 && buffer.get(start) == 1;
        if (!known || ++changeCipherSpecs > MAX_CHANGE_CIPHER_SPECS || !assembler.isEmpty()) {
            throw new TlsException(Alert.UNEXPECTED_MESSAGE, "a change_cipher_spec that no peer sends");
        }
    }

    /** The exception for an alert of the remote. */
    static IOException alert(ByteBuffer buffer, int start, int length) {
        if (length != 2) {
            return new TlsException(Alert.DECODE_ERROR, "an alert of " + length + " bytes");
        }
        return new RemoteAlertException(buffer.get(start + 1) & 0xff);
    }

    @Override
    public void send(byte[] message) {
        messages.writeBytes(message);
    }

    @Override
    public void sendUnder(Level level, CipherSuite suite, byte[] secret) {
        log(level, true, secret);
        protectMessages();
        SendingKey old = sending;
        sending = new SendingKey(suite, secret);
        if (old != null) {
            old.close();
        }
    }

    @Override
    public void receiveUnder(Level level, CipherSuite suite, byte[] secret) throws TlsException {
        if (!assembler.isEmpty()) {
            throw new TlsException(Alert.UNEXPECTED_MESSAGE, "a record that goes on after its key has ended");
        }
        log(level, false, secret);
        ReceivingKey old = receiving;
        receiving = new ReceivingKey(suite, secret);
        if (old != null) {
            old.close();
        }
    }

    private void log(Level level, boolean sent, byte[] secret) {
        Handshake handshake = running;
        byte[] clientRandom = handshake == null ? null : handshake.clientRandom();
        if (clientRandom != null) {
            String side = sent == handshake instanceof ClientHandshake ? "CLIENT" : "SERVER";
            boolean early = level == Level.HANDSHAKE;
            keys.secret(side + (early ? "_HANDSHAKE_TRAFFIC_SECRET" : "_TRAFFIC_SECRET_0"), clientRandom, secret);
        }
    }

    /** Puts the messages so far into records under the current key. */
    private void protectMessages() {
        byte[] bytes = messages.toByteArray();
        messages.reset();
        for (int at = 0; at < bytes.length; at += TlsRecordFormat.MAX_PLAINTEXT) {
            int length = Math.min(TlsRecordFormat.MAX_PLAINTEXT, bytes.length - at);
            flight.writeBytes(record(TlsRecordFormat.HANDSHAKE, bytes, at, length));
        }
    }

    private byte[] record(int type, byte[] content, int offset, int length) {
        SendingKey key = sending;
        if (key != null) {
            return key.record(type, content, offset, length);
        }
        ByteBuffer record = ByteBuffer.allocate(TlsRecordFormat.HEADER + length);
        TlsRecordFormat.writeHeader(record, 0, type, length);
        return record.put(TlsRecordFormat.HEADER, content, offset, length).array();
    }

    private void writeFlight() throws IOException {
        protectMessages();
        if (flight.size() > 0) {
            raw.write(ByteBuffer.wrap(flight.toByteArray()));
            flight.reset();
        }
    }

    private void sendAlert(Alert alert) {
        try {
            byte[] content = alert.encode();
            raw.write(ByteBuffer.wrap(record(TlsRecordFormat.ALERT, content, 0, content.length)));
        } catch (IOException unheard) {
            // The remote will see the connection close instead.
        }
    }
}
