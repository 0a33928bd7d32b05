package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.node.host.Exit;
import libp2p.node.host.Json;
import libp2p.node.host.Output;
import libp2p.node.host.Printable;
import org.junit.jupiter.api.Test;

/** Text of strangers must not steer the terminal of its reader. */
class PrintableTest {
    private static final String HARMFUL =
            "\u001b[2J\u0007\r\nforged line\u009b31m\u007f\u202etxt\u2066\u200b\u061c\ufeff\u2028\ud800";

    @Test
    void everyControlIsWrittenOut() {
        String shown = Printable.of(HARMFUL);
        assertThat(shown)
                .isEqualTo("\\u001b[2J\\u0007\\u000d\\u000aforged line\\u009b31m\\u007f\\u202etxt\\u2066\\u200b\\u061c"
                        + "\\ufeff\\u2028\\ud800");
        assertThat(Printable.of("/chat/1.0 – çå漢\ud83d\ude00")).isEqualTo("/chat/1.0 – çå漢\ud83d\ude00");
    }

    @Test
    void jsonHoldsNoRawControls() {
        String json = Json.write(Map.of("agent", HARMFUL));
        assertThat(json).doesNotMatch("(?s).*[\\p{Cc}\\u200b-\\u200f\\u2028-\\u202e\\u2066\\u061c\\ufeff].*");
        assertThat(json).contains("\\u001b[2J", "\\u009b", "\\u202e", "\\ud800");
    }

    @Test
    void anEventKeepsItsOwnLinesOnly() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        new Output(false, new PrintStream(printed, true, StandardCharsets.UTF_8)).event("x", "one\ntwo \u001b[31m");
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("one\ntwo \\u001b[31m\n");
    }

    /** A peer that calls itself and its protocols what a terminal would obey. */
    @Test
    void identifyShowsAHostilePeerHarmlessly() throws Exception {
        try (Host hostile = Libp2p.host()
                .agent("agent\u001b[2J\nprotocols [nothing]")
                .listen("/ip4/127.0.0.1/tcp/0")
                .start()) {
            hostile.handle("/evil\u009b31m\u202e/1", stream -> {});
            String address = hostile.addresses().getFirst() + "/p2p/" + hostile.peerId();
            for (List<String> form : List.of(List.of("identify", address), List.of("identify", address, "--json"))) {
                assertThat(Commands.run(Exit.DONE, form.toArray(String[]::new)))
                        .doesNotContain("\u001b", "\u009b", "\u202e", "\nprotocols [nothing]")
                        .contains("\\u001b[2J", "\\u009b31m");
            }
        }
    }
}
