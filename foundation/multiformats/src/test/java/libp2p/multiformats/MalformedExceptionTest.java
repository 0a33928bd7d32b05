package libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MalformedExceptionTest {
    @Test
    void quotesPlainTextAsItIs() {
        assertThat(MalformedException.quote("/ip4/1.2.3.4")).isEqualTo("\"/ip4/1.2.3.4\"");
        assertThat(MalformedException.quote("")).isEqualTo("\"\"");
    }

    @Test
    void escapesWhatCouldForgeOrHideLogLines() {
        assertThat(MalformedException.quote("a\nb\t\"\\\u202e\u001b[31mé"))
                .isEqualTo("\"a\\u000ab\\u0009\\\"\\\\\\u202e\\u001b[31m\\u00e9\"");
    }

    @Test
    void shortensLongText() {
        assertThat(MalformedException.quote("x".repeat(1_000_000)))
                .isEqualTo("\"" + "x".repeat(MultiformatsLimits.QUOTED_TEXT) + "\" (1000000 characters)");
    }
}
