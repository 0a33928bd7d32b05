package libp2p.node.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class OldClassesTest {
    @TempDir
    Path folder;

    private Path picocli() throws Exception {
        Path jar = Path.of(CommandLine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return Files.copy(jar, folder.resolve("picocli.jar"));
    }

    /** The names of the classes of a jar that have no tables for the verifier. */
    private static List<String> old(Path jar) throws IOException {
        List<String> old = new ArrayList<>();
        try (ZipFile file = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : file.stream().toList()) {
                if (entry.getName().endsWith(".class")) {
                    ClassModel model =
                            ClassFile.of().parse(file.getInputStream(entry).readAllBytes());
                    if (model.majorVersion() < ClassFile.JAVA_6_VERSION) {
                        old.add(entry.getName());
                    }
                }
            }
        }
        return old;
    }

    @Test
    void classesThatWereCompiledForJava5GetTheTablesOfNewerOnes() throws Exception {
        Path jar = picocli();
        int before = old(jar).size();
        int rewritten = OldClasses.rewrite(jar);
        assertThat(before).isGreaterThan(100);
        assertThat(old(jar))
                .hasSize(before - rewritten)
                .allMatch(name -> name.contains("groovy"), "only those that need a library which is not here");
        assertThat(OldClasses.rewrite(jar)).isZero();
    }

    @Test
    void rewrittenClassesAreVerifiedAndDoWhatTheyDid() throws Exception {
        Path jar = picocli();
        OldClasses.rewrite(jar);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            for (String name :
                    List.of("picocli.CommandLine", "picocli.CommandLine$Interpreter", "picocli.AutoComplete")) {
                assertThat(Class.forName(name, true, loader).getClassLoader()).isSameAs(loader);
            }
            Class<?> text = loader.loadClass("picocli.CommandLine$Help$Ansi");
            Object off = text.getField("OFF").get(null);
            assertThat(text.getMethod("string", String.class).invoke(off, "@|bold words|@"))
                    .isEqualTo("words");
        }
    }
}
