package libp2p.security.tls13;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.contracts.security.HandshakeLink;
import libp2p.security.Loop;
import libp2p.security.records.RecordBuffers;
import libp2p.security.records.RecordInput;
import libp2p.security.records.RecordOutput;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecordsTest {
    private static final byte[] SECRET = new byte[32];

    private final RecordBuffers buffers = RecordBuffers.create();
    private final HandshakeLink link = new HandshakeLink();
    private final SendingKey remote = new SendingKey(CipherSuite.TLS_AES_128_GCM_SHA256, SECRET.clone());
    private final AtomicInteger updatesWanted = new AtomicInteger();
    private final SecureRecords records = new SecureRecords(
            new RecordInput(link.b(), buffers, TlsRecordFormat.INSTANCE),
            new ReceivingKey(CipherSuite.TLS_AES_128_GCM_SHA256, SECRET.clone()),
            true,
            updatesWanted::incrementAndGet);

    @AfterEach
    void everyBufferIsGivenBack() {
        records.release();
        assertThat(buffers.outstanding()).isZero();
    }

    private void send(byte[] record) throws IOException {
        link.a().write(ByteBuffer.wrap(record));
    }

    private void send(int type, byte... content) throws IOException {
        send(remote.record(type, content, 0, content.length));
    }

    private static byte[] take(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private AbstractThrowableAssert<?, ?> assertRefused() {
        return assertThatThrownBy(records::read).isInstanceOf(TlsException.class);
    }

    @Test
    void paddingIsPassedOver() throws Exception {
        byte[] padded = {1, 2, 0, TlsRecordFormat.APPLICATION_DATA, 0, 0, 0};
        send(0, padded); // a type of 0 behind it is padding too
        assertThat(take(records.read())).containsExactly(1, 2, 0);
    }

    @Test
    void aRecordOfPaddingOnlyIsRefused() throws Exception {
        send(0, new byte[9]);
        assertRefused().hasMessageContaining("padding only");
    }

    @Test
    void aPlaintextThatIsTooLongIsRefused() throws Exception {
        byte[] longest = new byte[TlsRecordFormat.MAX_PLAINTEXT];
        send(TlsRecordFormat.APPLICATION_DATA, longest);
        assertThat(take(records.read())).isEqualTo(longest);
        send(TlsRecordFormat.APPLICATION_DATA, new byte[TlsRecordFormat.MAX_PLAINTEXT + 1]);
        assertRefused().hasMessageContaining("16385 bytes of plaintext");
    }

    @Test
    void forgedRepeatedAndUnprotectedRecordsAreRefused() throws Exception {
        byte[] record = remote.record(TlsRecordFormat.APPLICATION_DATA, new byte[] {5}, 0, 1);
        send(record);
        send(record);
        assertThat(take(records.read())).containsExactly(5);
        assertRefused().hasMessageContaining("not authentic");
    }

    @Test
    void theHeaderIsAuthenticatedToo() throws Exception {
        byte[] record = remote.record(TlsRecordFormat.APPLICATION_DATA, new byte[] {5}, 0, 1);
        record[2] = 1;
        send(record);
        assertRefused().hasMessageContaining("not authentic");
    }

    @Test
    void handshakeAlertAndOldRecordsInTheClearAreRefused() throws Exception {
        for (int type : new int[] {20, 21, 22}) {
            HandshakeLink other = new HandshakeLink();
            SecureRecords clear = new SecureRecords(
                    new RecordInput(other.b(), buffers, TlsRecordFormat.INSTANCE),
                    new ReceivingKey(CipherSuite.TLS_CHACHA20_POLY1305_SHA256, SECRET.clone()),
                    true,
                    () -> {});
            other.a().write(ByteBuffer.wrap(new byte[] {(byte) type, 3, 3, 0, 1, 1}));
            assertThatThrownBy(clear::read).hasMessageContaining("in the clear");
            clear.release();
        }
    }

    @Test
    void keyUpdatesChangeTheKey() throws Exception {
        for (byte i = 0; i < 20; i++) {
            send(remote.update());
            send(TlsRecordFormat.APPLICATION_DATA, i);
            assertThat(take(records.read())).containsExactly(i);
        }
        assertThat(updatesWanted).hasValue(0);
    }

    @Test
    void aKeyUpdateThatWantsAnAnswerIsTold() throws Exception {
        send(TlsRecordFormat.HANDSHAKE, (byte) 24, (byte) 0, (byte) 0, (byte) 1, (byte) 1);
        send(TlsRecordFormat.APPLICATION_DATA, (byte) 1);
        assertRefused().hasMessageContaining("not authentic"); // it did not change its own key after all
        assertThat(updatesWanted).hasValue(1);
    }

    @Test
    void malformedKeyUpdatesAreRefused() throws Exception {
        send(TlsRecordFormat.HANDSHAKE, (byte) 24, (byte) 0, (byte) 0, (byte) 1, (byte) 2);
        assertRefused().hasMessageContaining("unknown kind 2");
    }

    @Test
    void nothingMayFollowAKeyUpdateInItsRecord() throws Exception {
        send(TlsRecordFormat.HANDSHAKE, (byte) 24, (byte) 0, (byte) 0, (byte) 1, (byte) 0, (byte) 24);
        assertRefused().hasMessageContaining("after its key has ended");
    }

    @Test
    void ticketsArePassedOverEvenInPieces() throws Exception {
        byte[] ticket = HandshakeType.message(HandshakeType.NEW_SESSION_TICKET, new byte[20_000]);
        for (int at = 0; at < ticket.length; at += 4_001) {
            int length = Math.min(4_001, ticket.length - at);
            send(remote.record(TlsRecordFormat.HANDSHAKE, ticket, at, length));
        }
        send(TlsRecordFormat.APPLICATION_DATA, (byte) 3);
        assertThat(take(records.read())).containsExactly(3);
    }

    @Test
    void dataInsideAHandshakeMessageIsRefused() throws Exception {
        send(TlsRecordFormat.HANDSHAKE, (byte) 4, (byte) 0, (byte) 1, (byte) 0);
        send(TlsRecordFormat.APPLICATION_DATA, (byte) 3);
        assertRefused().hasMessageContaining("data inside a handshake message");
    }

    @Test
    void longMessagesAreRefusedByTheirLength() throws Exception {
        send(TlsRecordFormat.HANDSHAKE, (byte) 4, (byte) 1, (byte) 0, (byte) 0);
        assertRefused().hasMessageContaining("65540 bytes, more than the limit of 65536");
    }

    @Test
    void otherMessagesAfterTheHandshakeAreRefused() throws Exception {
        send(TlsRecordFormat.HANDSHAKE, (byte) 13, (byte) 0, (byte) 0, (byte) 0);
        assertRefused().hasMessageContaining("type 13 comes too soon or too late");
    }

    @Test
    void emptyHandshakeRecordsAndUnknownTypesAreRefused() throws Exception {
        send(99, (byte) 1);
        assertRefused().hasMessageContaining("unknown type 99");
        send(TlsRecordFormat.HANDSHAKE);
        assertRefused().hasMessageContaining("empty handshake record");
    }

    @Test
    void emptyRecordsAreCountedUntilSomethingIsSent() throws Exception {
        for (int i = 0; i < 32; i++) {
            send(TlsRecordFormat.APPLICATION_DATA);
        }
        send(TlsRecordFormat.APPLICATION_DATA, (byte) 1);
        assertThat(take(records.read())).containsExactly(1);
        records.sent();
        for (int i = 0; i < 33; i++) {
            send(TlsRecordFormat.APPLICATION_DATA);
        }
        assertRefused().hasMessageContaining("more than the limit of 32 records without data");
    }

    @Test
    void alertsEndTheStream() throws Exception {
        send(remote.alert(Alert.INTERNAL_ERROR));
        assertThatThrownBy(records::read)
                .isInstanceOf(RemoteAlertException.class)
                .hasMessageContaining("internal_error");
        send(TlsRecordFormat.ALERT, (byte) 1);
        assertRefused().hasMessageContaining("an alert of 1 bytes");
        send(TlsRecordFormat.ALERT, (byte) 2, (byte) 77);
        assertThatThrownBy(records::read).hasMessageContaining("alert 77");
        send(remote.alert(Alert.CLOSE_NOTIFY));
        assertThat(records.read()).isNull();
    }

    @Test
    void bytesAfterAFarewellAreNotRead() throws Exception {
        send(remote.alert(Alert.CLOSE_NOTIFY));
        send(new byte[] {1, 2, 3});
        assertThat(records.read()).isNull();
        assertThat(records.read()).isNull();
    }

    private static byte[] tickets(int count) {
        byte[] messages = new byte[4 * count];
        for (int i = 0; i < count; i++) {
            messages[4 * i] = HandshakeType.NEW_SESSION_TICKET;
        }
        return messages;
    }

    @Test
    void aServerMaySendFewTickets() throws Exception {
        send(TlsRecordFormat.HANDSHAKE, tickets(2));
        send(TlsRecordFormat.HANDSHAKE, tickets(2));
        send(TlsRecordFormat.APPLICATION_DATA, (byte) 7);
        assertThat(take(records.read())).containsExactly(7);
        records.sent();
        send(TlsRecordFormat.HANDSHAKE, tickets(1));
        assertRefused().hasMessageContaining("more than the limit of 4");
    }

    @Test
    void aRecordFullOfEmptyTicketsIsRefusedAtTheFifth() throws Exception {
        send(TlsRecordFormat.HANDSHAKE, tickets(4096));
        assertRefused().hasMessageContaining("more than the limit of 4");
    }

    @Test
    void aClientMaySendNone() throws Exception {
        SecureRecords ofServer = new SecureRecords(
                new RecordInput(link.b(), buffers, TlsRecordFormat.INSTANCE),
                new ReceivingKey(CipherSuite.TLS_AES_128_GCM_SHA256, SECRET.clone()),
                false,
                () -> {});
        send(TlsRecordFormat.HANDSHAKE, tickets(1));
        assertThatThrownBy(ofServer::read).hasMessageContaining("from a client");
        ofServer.release();
    }

    @Test
    void aWarmRecordPathAllocatesNothingPerRecord() throws Exception {
        Loop loop = new Loop();
        RecordOutput output = new RecordOutput(loop, buffers, remote);
        SecureRecords input = new SecureRecords(
                new RecordInput(loop, buffers, TlsRecordFormat.INSTANCE),
                new ReceivingKey(CipherSuite.TLS_AES_128_GCM_SHA256, SECRET.clone()),
                true,
                () -> {});
        long perRecord = Loop.allocatedPerRecord(
                16, 200, () -> Loop.transfer(15 * 16_384 + 16_036, output::plaintext, input::read));
        assertThat(perRecord).as("bytes allocated per record sent and received").isLessThanOrEqualTo(200);
        output.release();
        input.release();
    }

    @Test
    void randomBytesNeverDoWorseThanAnIoException() throws Exception {
        Random random = new Random(4);
        for (int i = 0; i < 2_000; i++) {
            HandshakeLink other = new HandshakeLink();
            byte[] noise = new byte[5 + random.nextInt(100)];
            random.nextBytes(noise);
            noise[0] = (byte) (20 + random.nextInt(4));
            noise[3] = 0;
            other.a().write(ByteBuffer.wrap(noise));
            other.a().shutdownOutput();
            SecureRecords victim = new SecureRecords(
                    new RecordInput(other.b(), buffers, TlsRecordFormat.INSTANCE),
                    new ReceivingKey(CipherSuite.TLS_AES_128_GCM_SHA256, SECRET.clone()),
                    true,
                    () -> {});
            assertThatThrownBy(victim::read).isInstanceOf(IOException.class);
            victim.release();
        }
    }
}
