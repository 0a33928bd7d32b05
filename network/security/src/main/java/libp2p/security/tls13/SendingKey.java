package libp2p.security.tls13;

import java.nio.ByteBuffer;
import libp2p.crypto.AeadSealer;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.security.records.RecordSealer;

/**
 * Protects records (RFC 8446, section 5.2) where they stand: the plaintext gets its real type behind it, and both are
 * encrypted in place. One thread at a time; nothing is allocated per record once warm.
 */
public final class SendingKey extends TrafficKey implements RecordSealer {
    private static final int TYPE = 1;

    private AeadSealer sealer;

    SendingKey(CipherSuite suite, byte[] secret) {
        super(suite, secret);
        sealer = aead().sealer(key());
    }

    @Override
    public int headerLength() {
        return TlsRecordFormat.HEADER;
    }

    @Override
    public int trailerLength() {
        return TYPE + AeadAlgorithm.TAG_LENGTH;
    }

    @Override
    public int maxPlaintext() {
        return TlsRecordFormat.MAX_PLAINTEXT;
    }

    @Override
    public void seal(ByteBuffer buffer, int offset, int length) {
        seal(TlsRecordFormat.APPLICATION_DATA, buffer, offset, length);
    }

    /** As {@link #seal(ByteBuffer, int, int)} for a record of another type. */
    void seal(int type, ByteBuffer buffer, int offset, int length) {
        int start = offset - TlsRecordFormat.HEADER;
        TlsRecordFormat.writeHeader(buffer, start, TlsRecordFormat.APPLICATION_DATA, length + trailerLength());
        buffer.put(offset + length, (byte) type);
        readHeader(buffer, start);
        sealer.seal(nonce(), header, buffer, offset, length + TYPE);
        advance();
    }

    /** A record in an array of its own. */
    byte[] record(int type, byte[] content, int offset, int length) {
        ByteBuffer record = ByteBuffer.allocate(headerLength() + length + trailerLength());
        record.put(headerLength(), content, offset, length);
        seal(type, record, headerLength(), length);
        return record.array();
    }

    /** The record with an alert. */
    public byte[] alert(Alert alert) {
        byte[] content = alert.encode();
        return record(TlsRecordFormat.ALERT, content, 0, content.length);
    }

    /** Whether {@link #update} should be sent before more data. */
    public boolean needsUpdate() {
        return isWornOut();
    }

    /** The record that tells of a key update; later records are sealed under the next key. */
    public byte[] update() {
        byte[] message = HandshakeType.message(HandshakeType.KEY_UPDATE, new byte[] {0});
        byte[] record = record(TlsRecordFormat.HANDSHAKE, message, 0, message.length);
        sealer.close();
        nextSecret();
        sealer = aead().sealer(key());
        return record;
    }

    @Override
    public void close() {
        sealer.close();
        wipe();
    }
}
