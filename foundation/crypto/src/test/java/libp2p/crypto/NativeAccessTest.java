package libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The behaviour of a process without native access, or with its own choice of engines: each test starts one. */
class NativeAccessTest {
    /** Prints the report of the process. */
    static final class Reporter {
        private Reporter() {}

        public static void main(String[] ignored) {
            for (EngineReport report : Crypto.standard().report()) {
                System.out.println(
                        report.primitive().label() + " " + report.engine().label() + " " + report.passedOver());
            }
        }
    }

    @Test
    void withoutNativeAccessFallsBackAndSaysHowToGrantIt() throws Exception {
        List<String> lines = report();
        assertThat(lines).hasSize(Primitive.values().length).noneMatch(line -> line.contains(" libcrypto ["));
        assertThat(lines)
                .filteredOn(line -> line.startsWith("chacha20-poly1305 "))
                .singleElement()
                .asString()
                .contains("chacha20-poly1305 jdk")
                .contains("--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void theSystemPropertyChoosesEngines() throws Exception {
        List<String> lines = report("-Dlibp2p.crypto.engines=aead=bc,ed25519=jdk");
        assertThat(lines)
                .contains("chacha20-poly1305 bc []", "aes-gcm bc []", "ed25519 jdk []")
                .anyMatch(line -> line.startsWith("x25519 bc "));
    }

    @Test
    void namesTheLibrariesItLookedForWhenNoneFits() throws Exception {
        List<String> lines = report(
                "--enable-native-access=ALL-UNNAMED", "-Dos.name=Windows 11", "-Dlibp2p.crypto.libcrypto=/no/such/lib");
        assertThat(lines)
                .filteredOn(line -> line.startsWith("rsa "))
                .singleElement()
                .asString()
                .startsWith("rsa jdk")
                .contains("/no/such/lib")
                .contains("libcrypto-3-");
    }

    private static List<String> report(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(options));
        command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(Reporter.class.getName());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD) // for the warnings of the JVM and the log
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }
}
