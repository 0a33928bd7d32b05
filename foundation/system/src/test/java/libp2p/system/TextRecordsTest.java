package libp2p.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.UdpSocket;
import libp2p.core.failure.DeadlineExceededException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TextRecordsTest {
    private static final int NO_SUCH_NAME = 3;
    private static final int SERVER_FAILURE = 2;
    private static final int SILENT = 8;

    private UdpSocket server;
    private SystemEnvironment environment;

    @BeforeEach
    void open() throws IOException {
        server = SystemEnvironment.shared().network().bindUdp(new InetSocketAddress("127.0.0.1", 0));
        environment = SystemEnvironment.create(server.localAddress());
    }

    @AfterEach
    void close() {
        server.close();
        environment.close();
    }

    /** Answers every question with the records; each record is a list of character strings. */
    private void answer(int code, List<List<String>> records) {
        environment.start("name server", () -> {
            ByteBuffer question = ByteBuffer.allocate(512);
            try {
                while (true) {
                    InetSocketAddress client = server.receive(question.clear());
                    server.send(ByteBuffer.wrap(response(question.flip(), code, records)), client);
                }
            } catch (IOException closed) {
                // the test is over
            }
        });
    }

    private static byte[] response(ByteBuffer question, int code, List<List<String>> records) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(question.getShort(0));
        out.writeShort(0x8180 | code);
        out.writeShort(1);
        out.writeShort(records.size());
        out.writeInt(0);
        int end = 12;
        while (question.get(end) != 0) {
            end += question.get(end) + 1;
        }
        out.write(question.array(), 12, end + 5 - 12);
        for (List<String> record : records) {
            int length = record.stream().mapToInt(text -> text.length() + 1).sum();
            out.writeShort(0xc00c);
            out.writeShort(16);
            out.writeShort(1);
            out.writeInt(60);
            out.writeShort(length);
            for (String text : record) {
                out.writeByte(text.length());
                out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return bytes.toByteArray();
    }

    private List<String> lookUp(String name) throws IOException {
        return environment.network().resolveText(name, Deadline.NONE);
    }

    @Test
    void readsEveryRecord() throws IOException {
        answer(0, List.of(List.of("dnsaddr=/ip4/192.0.2.1/tcp/4001"), List.of("v=spf1 -all")));
        assertThat(lookUp("_dnsaddr.example.org"))
                .containsExactlyInAnyOrder("dnsaddr=/ip4/192.0.2.1/tcp/4001", "v=spf1 -all");
    }

    @Test
    void putsTheStringsOfARecordTogether() throws IOException {
        answer(0, List.of(List.of("a".repeat(200), "b c", "", "\"d\\"), List.of("")));
        assertThat(lookUp("example.org")).containsExactlyInAnyOrder("a".repeat(200) + "b c\"d\\", "");
    }

    @Test
    void aNameThatDoesNotExistHasNone() throws IOException {
        answer(NO_SUCH_NAME, List.of());
        assertThat(lookUp("example.org")).isEmpty();
    }

    @Test
    void aNameWithoutTextRecordsHasNone() throws IOException {
        answer(0, List.of());
        assertThat(lookUp("example.org")).isEmpty();
    }

    @Test
    void aFailureOfTheServerIsAnError() {
        answer(SERVER_FAILURE, List.of());
        assertThatThrownBy(() -> lookUp("example.org"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("TXT records of example.org");
    }

    @Test
    void theDeadlineEndsTheWaitForASilentServer() {
        Deadline soon = Deadline.afterNanos(environment, 20_000_000);
        assertThatThrownBy(() -> environment.network().resolveText("example.org", soon))
                .isInstanceOf(DeadlineExceededException.class);
        answer(SERVER_FAILURE, List.of()); // ends the look-up itself
    }

    @Test
    void anInterruptEndsTheWaitForASilentServer() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Thread waiting = environment.start("waiting", () -> {
            try {
                lookUp("example.org");
            } catch (IOException interrupted) {
                if (interrupted instanceof java.io.InterruptedIOException
                        && Thread.currentThread().isInterrupted()) {
                    ended.countDown();
                }
            }
        });
        waiting.interrupt();
        ended.await();
        answer(SERVER_FAILURE, List.of()); // ends the look-up itself
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ldap://127.0.0.1/x", "dns:x", "a/b", "a b", "ä.example", "a\0"})
    void onlyHostNamesReachTheClient(String name) {
        assertThatThrownBy(() -> lookUp(name)).isInstanceOf(IOException.class).hasMessageContaining("not a host name");
    }

    @Test
    void refusesNamesThatAreTooLong() {
        assertThatThrownBy(() -> lookUp("a.".repeat(127))).hasMessageContaining("not a host name");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "plain, plain",
                "one two, onetwo",
                "'\"a b\" c', 'a bc'",
                "'\"\"', ''",
                "'\"q\\\"q\" \"b\\\\s\"', 'q\"qb\\s'",
            })
    void undoesTheQuotingOfTheJdk(String rendered, String text) {
        assertThat(TextRecords.join(rendered)).isEqualTo(text);
    }

    /** Strangers choose names, and name servers that never answer: a gateway looks up the hosts that it is asked for. */
    @Test
    void silentServersKeepNoAddressFromBeingLookedUp() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(SILENT);
        for (int i = 0; i < SILENT; i++) {
            String name = "_dnslink." + i + ".example.org";
            environment.start("silent", () -> {
                try {
                    lookUp(name);
                } catch (IOException late) {
                    // as it has to be
                }
                ended.incrementAndGet();
                all.countDown();
            });
        }
        for (int i = 0; i < SILENT; i++) {
            server.receive(ByteBuffer.allocate(512)); // one more is under way, as far as it can be
        }
        assertThat(environment.network().resolve("127.0.0.1", Deadline.NONE)).hasSize(1);
        assertThat(ended).hasValue(0);
        answer(SERVER_FAILURE, List.of()); // ends them
        all.await();
    }
}
