package libp2p.stores;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Assumptions;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Real servers for tests, of this machine: PostgreSQL, moto as object store in memory, versitygw as one on a disk.
 * Where one is missing, its tests are skipped and say so.
 */
final class Servers implements AutoCloseable {
    private final List<Process> processes = new ArrayList<>();
    private final Map<Integer, List<String>> commands = new HashMap<>();
    private final Map<Integer, String> ready = new HashMap<>();
    private final Map<Integer, Process> running = new HashMap<>();
    private final List<Path> folders = new ArrayList<>();

    private static Path find(String program) {
        for (String folder : (System.getenv("PATH") + ":" + debian()).split(":")) {
            Path path = Path.of(folder, program);
            if (!folder.isEmpty() && Files.isExecutable(path)) {
                return path;
            }
        }
        System.err.println("SKIPPED: no " + program + " on this machine; the tests of stores that nodes share need it");
        return Assumptions.abort("no " + program + " on this machine");
    }

    /** Where Debian keeps the programs of PostgreSQL. */
    private static String debian() {
        Path versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return "";
        }
        try (Stream<Path> all = Files.list(versions)) {
            return String.join(
                    ":", all.map(version -> version.resolve("bin").toString()).toList());
        } catch (IOException e) {
            return "";
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static List<String> asUser(List<String> command) {
        if (!System.getProperty("user.name").equals("root")) {
            return command;
        }
        List<String> all =
                new ArrayList<>(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
        all.addAll(command);
        return all;
    }

    /** The port of a PostgreSQL with an empty database, where every user of this machine is trusted. */
    int postgres() throws Exception {
        Path initdb = find("initdb");
        Path program = find("postgres");
        Path folder = Files.createTempDirectory("libp2p-postgres");
        folders.add(folder);
        if (System.getProperty("user.name").equals("root")) {
            run(List.of("chown", "postgres", folder.toString()));
        }
        run(asUser(List.of(
                initdb.toString(),
                "-D",
                folder + "/data",
                "-U",
                "libp2p",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-locale",
                "-N")));
        int port = freePort();
        start(
                port,
                asUser(List.of(
                        program.toString(),
                        "-D",
                        folder + "/data",
                        "-p",
                        Integer.toString(port),
                        "-k",
                        folder.toString(),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "fsync=off")), // killed processes lose nothing that they have written; the machine stays up
                "ready to accept connections");
        return port;
    }

    static DataSource source(int port) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName("postgres");
        source.setUser("libp2p");
        return source;
    }

    /** An object store without content. */
    int objects() throws Exception {
        int port = freePort();
        start(
                port,
                List.of(find("moto_server").toString(), "-H", "127.0.0.1", "-p", Integer.toString(port)),
                "Running on");
        return port;
    }

    /**
     * An object store that keeps its objects in files: {@code versitygw}, whose path is the system property of this
     * name, or which is found as the others are.
     */
    int objectsOnDisk() throws Exception {
        String program = System.getProperty("versitygw");
        Path folder = Files.createTempDirectory("libp2p-objects");
        folders.add(folder);
        int port = freePort();
        start(
                port,
                List.of(
                        program == null ? find("versitygw").toString() : program,
                        "--port",
                        "127.0.0.1:" + port,
                        "--access",
                        "key",
                        "--secret",
                        "secret",
                        "--keep-alive",
                        "--quiet",
                        "posix",
                        folder.toString()),
                "");
        return port;
    }

    /** Kills the server of a port, as if the power had gone, and all of its processes. */
    void kill(int port) throws Exception {
        Process process = running.get(port);
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly().waitFor();
        for (ProcessHandle one : all) {
            one.destroyForcibly();
            one.onExit().get();
        }
    }

    /** Starts the server of a port again, on what it has kept. */
    void restart(int port) throws Exception {
        start(port, commands.get(port), ready.get(port));
    }

    static S3Options options(int port) {
        return new S3Options(
                URI.create("http://127.0.0.1:" + port), "us-east-1", "libp2p-blocks", "blocks/", "key", "secret");
    }

    private static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + said);
        }
    }

    private void start(int port, List<String> command, String word) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        processes.add(process);
        commands.put(port, command);
        ready.put(port, word);
        running.put(port, process);
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder all = new StringBuilder();
        if (word.isEmpty()) {
            Thread.ofVirtual().start(() -> drain(said));
            connect(process, port);
            return;
        }
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            all.append(line).append('\n');
            if (line.contains(word)) {
                Thread.ofVirtual().start(() -> drain(said));
                return;
            }
        }
        throw new IOException(command + ": " + all);
    }

    /** Waits for a server that does not say when it is ready. */
    private static void connect(Process process, int port) throws IOException {
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException refused) {
                if (!process.isAlive()) {
                    throw new IOException("the server of port " + port + " ended with " + process.exitValue(), refused);
                }
                Thread.yield();
            }
        }
    }

    private static void drain(BufferedReader said) {
        try {
            while (said.readLine() != null) {
                continue;
            }
        } catch (IOException ended) {
            return;
        }
    }

    @Override
    public void close() throws Exception {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            process.waitFor();
        }
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
