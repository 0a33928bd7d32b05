package libp2p.security.pnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import libp2p.contracts.security.Handshakes;
import libp2p.multiformats.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreSharedKeyTest {
    private static final String HEX = "6189c5cf0b87fb800c1a9feeda73c6ab5e998db48fb9e6a978575c770ceef683";
    private static final byte[] BYTES = HexFormat.of().parseHex(HEX);

    private static PreSharedKey parse(String file) {
        return PreSharedKey.parse(file.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void allThreeFormsAreRead() {
        PreSharedKey key = PreSharedKey.of(BYTES);
        assertThat(parse("/key/swarm/psk/1.0.0/\n/base16/\n" + HEX)).isEqualTo(key);
        assertThat(parse("/key/swarm/psk/1.0.0/\r\n/base16/\r\n" + HEX.toUpperCase(java.util.Locale.ROOT) + "\r\n"))
                .isEqualTo(key);
        assertThat(parse("/key/swarm/psk/1.0.0/\n/base64/\n"
                        + Base64.getEncoder().encodeToString(BYTES) + "\n"))
                .isEqualTo(key);
        assertThat(parse("/key/swarm/psk/1.0.0/\n/bin/\n" + new String(BYTES, StandardCharsets.ISO_8859_1)))
                .isEqualTo(key);
    }

    @Test
    void aFileCanBeWrittenAndRead(@TempDir Path folder) throws Exception {
        PreSharedKey key = PreSharedKey.generate(Handshakes.ENVIRONMENT);
        Path file = folder.resolve("swarm.key");
        Files.writeString(file, key.toFile());
        assertThat(PreSharedKey.load(file)).isEqualTo(key).isNotEqualTo(PreSharedKey.of(BYTES));
    }

    @Test
    void aFileThatOthersMayReadIsToldOf(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("swarm.key");
        Files.writeString(file, PreSharedKey.of(BYTES).toFile());
        List<String> warnings = new ArrayList<>();
        Logger log = Logger.getLogger(PreSharedKey.class.getName());
        Handler listening = new StreamHandler() {
            @Override
            public synchronized void publish(LogRecord told) {
                warnings.add(told.getMessage());
            }
        };
        log.addHandler(listening);
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            PreSharedKey.load(file);
            assertThat(warnings).isEmpty();
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
            PreSharedKey.load(file);
            assertThat(warnings).singleElement().asString().contains(file.toString(), "can be read by others");
        } finally {
            log.removeHandler(listening);
        }
    }

    @Test
    void theFingerprintIsTheOneOthersShow() {
        assertThat(PreSharedKey.of(BYTES).fingerprint()).isEqualTo("45fc986bbc9388a11d939df26f730f0c");
    }

    @Test
    void theKeyIsNotShown() {
        assertThat(PreSharedKey.of(BYTES)).hasToString("PreSharedKey[45fc986bbc9388a11d939df26f730f0c]");
    }

    @Test
    void everythingElseIsRefused() {
        String head = "/key/swarm/psk/1.0.0/\n";
        assertThatThrownBy(() -> parse("")).hasMessageContaining("first line");
        assertThatThrownBy(() -> parse("/key/swarm/psk/2.0.0/\n/base16/\n" + HEX))
                .hasMessageContaining("first line");
        assertThatThrownBy(() -> parse(head + "/base32/\n" + HEX)).hasMessageContaining("second line");
        assertThatThrownBy(() -> parse(head + "/base16/\n" + HEX + "00")).hasMessageContaining("33 bytes");
        assertThatThrownBy(() -> parse(head + "/base16/\n" + HEX.substring(2))).hasMessageContaining("31 bytes");
        assertThatThrownBy(() -> parse(head + "/base16/\n" + HEX.replace('f', 'g')))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("not valid /base16/")
                .hasMessageNotContaining("6189c5");
        assertThatThrownBy(() -> parse(head + "/base16/\n" + HEX + " ".repeat(1000)))
                .hasMessageContaining("more than 1024 bytes");
        assertThatThrownBy(() -> PreSharedKey.of(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void mutatedFilesAreReadOrRefusedAndNothingElse() {
        byte[] valid = PreSharedKey.of(BYTES).toFile().getBytes(StandardCharsets.US_ASCII);
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] mutant =
                    Arrays.copyOf(valid, random.nextInt(4) == 0 ? random.nextInt(valid.length + 5) : valid.length);
            for (int changes = random.nextInt(4); changes > 0 && mutant.length > 0; changes--) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(PreSharedKey.parse(mutant)).isNotNull();
            } catch (MalformedException expected) {
                assertThat(expected).hasMessageStartingWith("pre-shared key file: ");
            }
        }
    }
}
