package libp2p.security.tls13;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.security.records.Arrival;
import libp2p.security.records.RecordInput;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side after the handshake: data is decrypted where it was read and lent out; key updates, tickets and
 * alerts are dealt with here. For one thread at a time, as {@link RecordInput}.
 */
public final class SecureRecords {
    /** Number of records without data that may arrive before this side sends something. */
    private static final int MAX_IDLE_RECORDS = 32;

    /** Tickets that a server may send; ours are sent none, and more than two are not usual. */
    private static final int MAX_TICKETS = 4;

    private static final int MAX_MESSAGE = 64 << 10;
    private static final byte UPDATE_REQUESTED = 1;

    private final RecordInput input;
    private final ReceivingKey key;
    private final Runnable updateWanted;
    private final MessageAssembler assembler = new MessageAssembler(MAX_MESSAGE);
    private @Nullable ByteBuffer lent;
    private boolean ended;
    private int ticketsLeft;
    /** Counted by the reader; set back by the writer, and a count lost in between does no harm. */
    private volatile int idleRecords;

    /**
     * @param client whether this side is the client, which alone may be sent tickets
     * @param updateWanted told when the remote wants this side to change its sending key before it sends more
     */
    public SecureRecords(RecordInput input, ReceivingKey key, boolean client, Runnable updateWanted) {
        this.input = input;
        this.key = key;
        this.ticketsLeft = client ? MAX_TICKETS : 0;
        this.updateWanted = updateWanted;
    }

    /**
     * The unread plaintext, at least one byte, blocking; null after the remote's last byte. Where reads do not block, a
     * buffer without bytes if there is none yet.
     */
    public @Nullable ByteBuffer read() throws IOException {
        ByteBuffer unread = lent;
        while (unread == null || !unread.hasRemaining()) {
            lent = null;
            Arrival arrival = ended ? Arrival.END : input.poll();
            if (arrival == Arrival.END) {
                input.release();
                return null;
            }
            if (arrival == Arrival.NOTHING_YET) {
                return RecordInput.nothingYet();
            }
            unread = open();
            lent = unread;
        }
        return unread;
    }

    /** The data of the record, or null if it holds none. */
    private @Nullable ByteBuffer open() throws IOException {
        ByteBuffer buffer = input.buffer();
        int type = buffer.get(input.offset()) & 0xff;
        if (type != TlsRecordFormat.APPLICATION_DATA) {
            throw new TlsException(Alert.UNEXPECTED_MESSAGE, "a record of type " + type + " in the clear");
        }
        int start = input.offset() + TlsRecordFormat.HEADER;
        int length = key.open(buffer, input.offset(), input.length());
        boolean data = key.type() == TlsRecordFormat.APPLICATION_DATA;
        if (data && !assembler.isEmpty()) {
            throw new TlsException(Alert.UNEXPECTED_MESSAGE, "data inside a handshake message");
        }
        if (data && length > 0) {
            return buffer.limit(start + length).position(start);
        }
        countIdle();
        if (!data) {
            control(key.type(), buffer, start, length);
        }
        return null;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void countIdle() throws TlsException {
        if (++idleRecords > MAX_IDLE_RECORDS) {
            throw new TlsException(
                    Alert.UNEXPECTED_MESSAGE, "more than the limit of " + MAX_IDLE_RECORDS + " records without data");
        }
    }

    /** Tells that this side has sent something, and with it the answers to what the remote asked. */
    public void sent() {
        idleRecords = 0;
    }

    private void control(int type, ByteBuffer buffer, int start, int length) throws IOException {
        switch (type) {
            case TlsRecordFormat.ALERT -> {
                boolean farewell = length == 2 && (buffer.get(start + 1) & 0xff) == Alert.CLOSE_NOTIFY.code();
                if (!farewell) {
                    throw HandshakeRecords.alert(buffer, start, length);
                }
                ended = true;
            }
            case TlsRecordFormat.HANDSHAKE -> {
                assembler.add(buffer, start, length);
                byte[] message;
                boolean further = false;
                while ((message = assembler.poll()) != null) {
                    if (further) {
                        countIdle(); // the record counted for the first
                    }
                    further = true;
                    postHandshake(message);
                }
            }
            default -> throw new TlsException(Alert.UNEXPECTED_MESSAGE, "a record of unknown type " + type);
        }
    }

    private void postHandshake(byte[] message) throws TlsException {
        switch (HandshakeType.of(message)) {
            case HandshakeType.NEW_SESSION_TICKET -> passOverTicket();
            case HandshakeType.KEY_UPDATE -> updateKey(message);
            default -> throw Handshake.unexpected(message);
        }
    }

    /** Nothing is ever resumed. */
    private void passOverTicket() throws TlsException {
        if (--ticketsLeft < 0) {
            throw new TlsException(
                    Alert.UNEXPECTED_MESSAGE,
                    "a session ticket from a client, or more than the limit of " + MAX_TICKETS + " from a server");
        }
    }

    private void updateKey(byte[] message) throws TlsException {
        WireReader body = HandshakeType.body(message);
        int request = body.uint8();
        body.expectEnd();
        if (request > UPDATE_REQUESTED) {
            throw new TlsException(Alert.ILLEGAL_PARAMETER, "a key update of unknown kind " + request);
        }
        if (!assembler.isEmpty()) {
            throw new TlsException(Alert.UNEXPECTED_MESSAGE, "a record that goes on after its key has ended");
        }
        key.update();
        if (request == UPDATE_REQUESTED) {
            updateWanted.run();
        }
    }

    /** Gives buffers and key back. */
    public void release() {
        lent = null;
        input.release();
        key.close();
    }
}
