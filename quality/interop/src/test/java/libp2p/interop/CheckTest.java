package libp2p.interop;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckTest {
    private static final String LISTENING = "/ip4/127.0.0.1/tcp/4001";
    private static final String SEEN_FROM = "/ip4/127.0.0.1/tcp/50000";
    private static final Attempt.Target TARGET = new Attempt.Target("12D3Koo", LISTENING, SEEN_FROM);
    private static final String IDENTIFY = """
            {"event":"identify","peer":"12D3Koo","agent":"go-libp2p/1.0","observed":"/ip4/127.0.0.1/tcp/50000",\
            "protocols":["/echo/1.0.0","/ipfs/id/1.0.0","/ipfs/id/push/1.0.0","/ipfs/ping/1.0.0","/perf/1.0.0"],\
            "addrs":["/ip4/127.0.0.1/tcp/4001"]}""";

    private static Attempt attempt(int exitCode, Duration lifetime, String... lines) {
        List<Event> events = Stream.of(lines).map(Event::parse).toList();
        return new Attempt(exitCode, events, lifetime, TARGET);
    }

    private static void verify(Check check, Peer listener, Attempt attempt) throws CheckFailedException {
        check.verify(Samples.cell(Samples.JAVA, listener, "yamux", check), attempt);
    }

    private static void verify(Check check, int exitCode, String... lines) throws CheckFailedException {
        verify(check, Samples.GO, attempt(exitCode, Duration.ZERO, lines));
    }

    @Test
    void aGoodIdentifyPasses() {
        assertThatCode(() -> verify(Check.IDENTIFY, 0, IDENTIFY)).doesNotThrowAnyException();
    }

    @Test
    void theObservedAddressIsTheOneThatTheConnectionCameFrom() {
        assertThatCode(() -> verify(Check.OBSERVED, 0, IDENTIFY)).doesNotThrowAnyException();
        String ofJs = IDENTIFY.replace("tcp/50000", "tcp/50000/p2p/12D3Other");
        assertThatCode(() -> verify(Check.OBSERVED, 0, ofJs)).doesNotThrowAnyException();
        assertThatThrownBy(() -> verify(Check.OBSERVED, 0, IDENTIFY.replace("50000", "50001")))
                .hasMessageContaining("instead of /ip4/127.0.0.1/tcp/50000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"12D3Koo", "go-libp2p/1.0", "/perf/1.0.0", "tcp/4001"})
    void everyPartOfIdentifyCounts(String part) {
        assertThatThrownBy(() -> verify(Check.IDENTIFY, 0, IDENTIFY.replace(part, "x")))
                .isInstanceOf(CheckFailedException.class);
    }

    @Test
    void aProtocolTooManyFails() {
        String more = IDENTIFY.replace("\"/perf/1.0.0\"", "\"/perf/1.0.0\",\"/secret/1.0.0\"");
        assertThatThrownBy(() -> verify(Check.IDENTIFY, 0, more)).hasMessageContaining("/secret/1.0.0");
    }

    @Test
    void everyPingCounts() {
        String ping = "{\"event\":\"ping\",\"rtt_us\":3.5}";
        assertThatCode(() -> verify(Check.PING, 0, ping, ping, ping, ping, ping))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> verify(Check.PING, 0, ping, ping, ping, ping)).hasMessageContaining("4 events");
        assertThatThrownBy(() -> verify(Check.PING, 1, ping, ping, ping, ping, ping))
                .hasMessageContaining("exit code 1");
    }

    @Test
    void anUnequalEchoFails() {
        assertThatThrownBy(() -> verify(Check.ECHO, 0, "{\"event\":\"echo\",\"bytes\":1500001,\"equal\":false}"))
                .isInstanceOf(CheckFailedException.class);
    }

    @Test
    void onlyTheExitCodeForAWrongPeerPasses() {
        assertThatCode(() -> verify(Check.WRONG_PEER, 4)).doesNotThrowAnyException();
        assertThatThrownBy(() -> verify(Check.WRONG_PEER, 1)).hasMessageContaining("instead of 4");
        assertThatThrownBy(() -> verify(Check.WRONG_PEER, 4, "{\"event\":\"ping\",\"rtt_us\":3}"))
                .hasMessageContaining("printed");
    }

    @Test
    void aMismatchOfPrivateNetworksMustEndSoon() {
        assertThatCode(() -> verify(Check.PSK_MISMATCH, Samples.JAVA, attempt(3, Duration.ofMillis(20))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> verify(Check.PSK_MISMATCH, Samples.JAVA, attempt(3, Duration.ofSeconds(10))))
                .hasMessageContaining("10.0 s");
        assertThatCode(() -> verify(Check.PSK_MISMATCH, Samples.GO, attempt(3, Duration.ofSeconds(10))))
                .as("go waits for more bytes")
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> verify(Check.PSK_MISMATCH, Samples.JAVA, attempt(0, Duration.ofMillis(20))))
                .hasMessageContaining("came about");
        assertThatThrownBy(() -> verify(Check.PSK_MISMATCH, Samples.JAVA, attempt(1, Duration.ZERO)))
                .hasMessageContaining("did not dial");
    }
}
