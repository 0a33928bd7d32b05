package libp2p.core.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerOnlyTest {
    @TempDir
    Path folder;

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void aFolderThatIsMadeIsItsOwnersAlone() throws IOException {
        Path made = folder.resolve("above/data");
        OwnerOnly.folder(made);
        assertThat(permissions(made)).isEqualTo("rwx------");
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-x---"));
        OwnerOnly.folder(made);
        assertThat(permissions(made)).as("one that was there").isEqualTo("rwxr-x---");
    }

    @Test
    void aFileInTheWayOfAFolderIsTold() throws IOException {
        Path file = Files.createFile(folder.resolve("data"));
        assertThatThrownBy(() -> OwnerOnly.folder(file)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void aFileThatIsMadeIsItsOwnersAlone() throws IOException {
        Path made = folder.resolve("store");
        OwnerOnly.file(made);
        assertThat(permissions(made)).isEqualTo("rw-------");
        assertThat(OwnerOnly.mayOthersRead(made)).isFalse();
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-r--r--"));
        OwnerOnly.file(made);
        assertThat(OwnerOnly.mayOthersRead(made)).isTrue();
        assertThat(OwnerOnly.mayOthersWrite(made)).isFalse();
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-rw----"));
        assertThat(OwnerOnly.mayOthersWrite(made)).isTrue();
        assertThatThrownBy(() -> OwnerOnly.requireUnchangeable(made))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chmod go-w");
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-r--r--"));
        OwnerOnly.requireUnchangeable(made);
        String user = System.setProperty("user.name", "another");
        try {
            if (!Files.getOwner(made).getName().equals("root")) {
                assertThatThrownBy(() -> OwnerOnly.requireUnchangeable(made))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("not to another who runs this");
            }
        } finally {
            System.setProperty("user.name", user);
        }
    }

    @Test
    void aFolderThatEveryUserMayChangeIsRefusedAndThatOfAGroupIsNot() throws Exception {
        Path made = Files.createDirectory(folder.resolve("data"));
        OwnerOnly.requireNotOpenToAll(folder.resolve("none"));
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwx---"));
        OwnerOnly.requireNotOpenToAll(made);
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> OwnerOnly.requireNotOpenToAll(made))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chmod o-w " + made);
        Files.setAttribute(made, "unix:mode", 01777);
        OwnerOnly.requireNotOpenToAll(made);
    }
}
